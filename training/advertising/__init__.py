"""The wording classifier of the advertising check: texts, training, its judgement on unseen writers."""
