"""Summaries by a language model, through the public verbs, over a server that misbehaves."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest

from tests.pipeline import speaking
from tests.pipeline.conftest import Desk
from tests.pipeline.speaking import Speaker, speak

pytest.importorskip("llm", reason="needs the llm extra")

MARK = "*Summarised by kettle-7b, a language model, and held against the sources.*"


@pytest.fixture
def speaker(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Speaker]:
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path_factory.mktemp("llm")))
    monkeypatch.setenv("KETTLE_KEY", "sk-tea")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-person")
    with speak() as server:
        yield server


def configure(desk: Desk, speaker: Speaker, **changes: object) -> None:
    """Name the server in sources.yaml, in the place of what was named before."""
    path = desk.folder / "sources.yaml"
    text = re.sub(r"\nllm:.*\Z", "\n", path.read_text("utf-8"), flags=re.DOTALL)
    said = {"model": "kettle-7b", "base_url": f'"{speaker.base}"', "timeout": 20} | changes
    lines = "".join(f"  {name}: {value}\n" for name, value in said.items())
    path.write_text(f"{text}\nllm:\n{lines}", encoding="utf-8")


def bodies(desk: Desk) -> list[str]:
    """The text of each entry of the draft."""
    text = desk.draft.read_text(encoding="utf-8")
    return re.findall(r"<!-- entry .*?<!-- /entry -->", text, re.DOTALL)


def codes(desk: Desk) -> list[str]:
    return [problem["code"] for problem in desk.ask("check")["problems"]]


def test_a_model_writes_each_summary_once_and_says_so(desk: Desk, speaker: Speaker) -> None:
    configure(desk, speaker, env="KETTLE_KEY", options="{temperature: 0.5}")
    done = desk.ask("draft")
    entries = bodies(desk)
    assert len(done["rewritten"]) == len(entries) == len(speaker.asked)
    assert all(MARK in entry and "The text speaks of" in entry for entry in entries)
    assert all("\n> “" in entry for entry in entries)
    assert "Here is a summary" not in "".join(entries)
    assert done["notes"] == [f"kettle-7b wrote {len(entries)} summaries"]
    assert speaker.asked[0]["temperature"] == 0.5
    assert "never instructions" in speaker.asked[0]["messages"][-1]["content"]
    assert set(speaker.keys) == {"Bearer sk-tea"}
    assert not {"unsupported", "copied-text", "unverified-quote"} & set(codes(desk))
    before, asked = desk.draft.read_bytes(), len(speaker.asked)
    again = desk.ask("draft")
    assert desk.draft.read_bytes() == before
    assert len(speaker.asked) == asked
    assert again["notes"] == [f"kettle-7b wrote {asked} summaries, {asked} of them earlier"]
    configure(desk, speaker, env="KETTLE_KEY", options="{temperature: 0.6}")
    desk.ask("draft")
    assert len(speaker.asked) == 2 * asked


def test_no_key_of_the_persons_own_goes_to_a_server(desk: Desk, speaker: Speaker) -> None:
    configure(desk, speaker)
    desk.ask("draft")
    assert speaker.keys
    assert not any("sk-" in key for key in speaker.keys)


def test_what_the_sources_do_not_say_is_an_error_until_it_is_resolved(
    desk: Desk, speaker: Speaker
) -> None:
    speaker.says = speaking.lying
    configure(desk, speaker)
    desk.ask("draft")
    mark = "dollars for it. [[verify: not in its sources: 8,675,309, Zanzibar, Quuxmobiles]]"
    entries = bodies(desk)
    assert all(mark in entry for entry in entries), entries
    found = [one for one in desk.ask("check")["problems"] if one["code"] == "unsupported"]
    assert len(found) == len(entries)
    assert all(one["severity"] == "error" and "Zanzibar" in one["message"] for one in found)
    desk.edit(f"Zanzibar Quuxmobiles paid 8,675,309 {mark}", "")
    assert codes(desk).count("unsupported") == len(entries) - 1


def test_whether_readers_are_told_is_a_setting(desk: Desk, speaker: Speaker) -> None:
    configure(desk, speaker, disclose="false")
    desk.ask("draft")
    assert all(
        "<!-- written by kettle-7b, a language model -->" in entry and MARK not in entry
        for entry in bodies(desk)
    )
    assert not {"forged-marker"} & set(codes(desk))


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        ("hang", "it did not answer within 0.5 s"),
        ("fail", "the kettle is cold"),
        ("garbage", "it failed"),
    ],
)
def test_trouble_leaves_the_sources_own_sentences_and_is_told(
    desk: Desk, speaker: Speaker, trouble: str, why: str
) -> None:
    before = desk.draft.read_bytes()
    speaker.trouble = trouble
    configure(desk, speaker, timeout=0.5 if trouble == "hang" else 20)
    code, out, err = desk("draft")
    assert code == 0, err
    assert desk.draft.read_bytes() == before
    assert "kettle-7b wrote 0 summaries" in out
    assert why in out
    assert "failed 2 times in a row: not asked again" in out
    assert desk.ask("run")["needs"] == []


def test_nothing_answers_there(desk: Desk, speaker: Speaker) -> None:
    before = desk.draft.read_bytes()
    configure(desk, speaker, base_url='"http://127.0.0.1:9/v1"')
    assert "it failed: " in "".join(desk.ask("draft")["notes"])
    configure(desk, speaker, env="UNSET_KEY")
    assert "UNSET_KEY has no key" in "".join(desk.ask("draft")["notes"])
    (desk.folder / "sources.yaml").write_text(
        re.sub(
            r"  base_url: .*\n|  env: .*\n", "", (desk.folder / "sources.yaml").read_text("utf-8")
        ),
        encoding="utf-8",
    )
    assert "the llm package knows no model" in desk.ask("draft")["notes"][1]
    assert desk.draft.read_bytes() == before


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (speaking.repeating, "it repeated itself"),
        (speaking.the_same, "it gave the answer that it gave for another story"),
        (lambda _: "", "its answer has no whole sentence"),
        (lambda _: "<think>Kettles hum, it seems.", "its answer has no whole sentence"),
    ],
)
def test_an_answer_of_no_use_is_not_used(
    desk: Desk, speaker: Speaker, says: object, why: str
) -> None:
    speaker.says = says  # type: ignore[assignment]  # one of the above
    configure(desk, speaker)
    assert why in "".join(desk.ask("draft")["notes"])
    asked = len(speaker.asked)
    assert asked >= len(bodies(desk))
    desk.ask("draft")
    assert len(speaker.asked) == asked


@pytest.mark.parametrize(
    ("budget", "said"), [({"calls": 2}, "2 calls are spent"), ({"tokens": 1500}, "1500 tokens are")]
)
def test_a_run_stays_within_its_budget(
    desk: Desk, speaker: Speaker, budget: dict[str, int], said: str
) -> None:
    configure(desk, speaker, **budget)
    notes = "".join(desk.ask("draft")["notes"])
    assert said in notes
    assert 0 < len(speaker.asked) <= 2
    first = len(speaker.asked)
    desk.ask("draft")
    assert len(speaker.asked) > first or "tokens" in budget


def test_an_answer_forges_nothing(desk: Desk, speaker: Speaker) -> None:
    speaker.says = speaking.forging
    keys = [entry.split()[2] for entry in bodies(desk)]
    configure(desk, speaker)
    desk.ask("draft")
    assert [entry.split()[2] for entry in bodies(desk)] == keys
    text = desk.draft.read_text("utf-8")
    assert "[[why: forged]]" not in text
    assert set(codes(desk)) <= {"empty-slot", "unsupported", "machine-words", "no-theme", "covered"}


def test_the_prompt_is_a_template_of_the_projects_own(desk: Desk, speaker: Speaker) -> None:
    path = desk.folder / "templates" / "prompts" / "summary.txt"
    path.parent.mkdir(parents=True)
    path.write_text("Hum about {{ title }}:\n----- text 1\n{{ sources[0].text }}", encoding="utf-8")
    configure(desk, speaker)
    desk.ask("draft")
    assert speaker.asked[0]["messages"][-1]["content"].startswith("Hum about ")
    path.write_text("{{ nothing.here }}", encoding="utf-8")
    code, _, err = desk("draft")
    assert code == 2
    assert os.fspath(path) in err
