"""Procedural characters, drawn as clips of line drawings with known colours."""
