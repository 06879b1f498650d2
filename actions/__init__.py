"""What the dialogue can do. Rasa calls these actions inside the app; they never write the database.

Every action returns what it decided; the app records what was shown.
"""
