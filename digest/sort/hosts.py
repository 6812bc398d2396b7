"""What people call the places that papers and reports are found at.

Only names that cannot be read off the address; `digest.sort.venues` makes do with the host for the
rest. A name for a host covers its subdomains.
"""

from __future__ import annotations

from types import MappingProxyType

HOSTS = MappingProxyType(
    {
        "ai.meta.com": "Meta AI",
        "ai.facebook.com": "Facebook AI Research",
        "aclanthology.org": "ACL Anthology",
        "alignmentforum.org": "Alignment Forum",
        "anthropic.com": "Anthropic",
        "apnews.com": "Associated Press",
        "arstechnica.com": "Ars Technica",
        "arxiv.org": "arXiv",
        "axios.com": "Axios",
        "bbc.co.uk": "BBC",
        "bbc.com": "BBC",
        "biorxiv.org": "bioRxiv",
        "bloomberg.com": "Bloomberg",
        "congress.gov": "US Congress",
        "deepmind.com": "DeepMind",
        "deepmind.google": "Google DeepMind",
        "distill.pub": "Distill",
        "economist.com": "The Economist",
        "epoch.ai": "Epoch AI",
        "eur-lex.europa.eu": "EUR-Lex",
        "europa.eu": "European Union",
        "federalregister.gov": "Federal Register",
        "forum.effectivealtruism.org": "EA Forum",
        "ft.com": "Financial Times",
        "github.com": "GitHub",
        "github.io": "GitHub Pages",
        "gitlab.com": "GitLab",
        "gov.uk": "GOV.UK",
        "huggingface.co": "Hugging Face",
        "lesswrong.com": "LessWrong",
        "metr.org": "METR",
        "microsoft.com": "Microsoft",
        "mistral.ai": "Mistral AI",
        "nature.com": "Nature",
        "neurips.cc": "NeurIPS",
        "news.ycombinator.com": "Hacker News",
        "nist.gov": "NIST",
        "nytimes.com": "New York Times",
        "openai.com": "OpenAI",
        "openreview.net": "OpenReview",
        "osf.io": "OSF",
        "papers.nips.cc": "NeurIPS",
        "papers.ssrn.com": "SSRN",
        "pnas.org": "PNAS",
        "politico.com": "Politico",
        "politico.eu": "Politico",
        "proceedings.mlr.press": "PMLR",
        "rand.org": "RAND",
        "reddit.com": "Reddit",
        "research.google": "Google Research",
        "reuters.com": "Reuters",
        "science.org": "Science",
        "scmp.com": "South China Morning Post",
        "semianalysis.com": "SemiAnalysis",
        "technologyreview.com": "MIT Technology Review",
        "theguardian.com": "The Guardian",
        "theverge.com": "The Verge",
        "twitter.com": "Twitter",
        "washingtonpost.com": "Washington Post",
        "whitehouse.gov": "White House",
        "wired.com": "Wired",
        "wsj.com": "Wall Street Journal",
        "x.com": "X",
        "x.ai": "xAI",
        "youtu.be": "YouTube",
        "youtube.com": "YouTube",
        "zenodo.org": "Zenodo",
    }
)

# Accounts under which laboratories publish code; the venue is then the laboratory and the place.
ACCOUNTS = MappingProxyType(
    {
        "anthropics": "Anthropic",
        "deepseek-ai": "DeepSeek",
        "facebookresearch": "Facebook AI Research",
        "google-deepmind": "Google DeepMind",
        "google-research": "Google Research",
        "microsoft": "Microsoft",
        "nvidia": "NVIDIA",
        "nvlabs": "NVIDIA",
        "openai": "OpenAI",
        "qwenlm": "Qwen",
    }
)
