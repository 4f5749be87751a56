"""Skald beside other systems that keep what they answer: `tools/bench peers`. docs/peers.md says how to read it."""
