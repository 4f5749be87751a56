// The Skald module.
