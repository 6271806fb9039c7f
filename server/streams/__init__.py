"""Delivers what members are told to those who subscribe, whatever they are connected by."""
