"""The Rasa side of Kotae, in Rasa's own environment (Python 3.10). Imports nothing of ours."""
