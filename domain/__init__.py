"""The words of Boca: frozen dataclasses, enums and the error tree. Standard library only."""
