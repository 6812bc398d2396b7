"""Slots, as drafting uses them; their grammar stands in `digest.markup.slots`."""

from __future__ import annotations

from digest.markup.slots import Slot, is_slot, slot, slots_in

__all__ = ["Slot", "is_slot", "slot", "slots_in"]
