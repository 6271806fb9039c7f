"""Names by language, so that a person's names, languages and schools fit together."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Culture:
    """A language, names usual where it is spoken, and cities there."""

    language: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    cities: tuple[str, ...]


def _culture(language: str, given: str, family: str, cities: str) -> Culture:
    return Culture(language, tuple(given.split()), tuple(family.split()), tuple(cities.split(", ")))


CULTURES: Final = (
    _culture(
        "Swedish",
        "Astrid Björn Elsa Gustav Ingrid Karin Lars Maja Nils Saga Tove Viggo",
        "Lindqvist Bergström Dahl Ekman Forsberg Hedlund Holm Nyström Sandberg Sjögren Wallin Åkesson Öberg",
        "Stockholm, Gothenburg, Malmö",
    ),
    _culture(
        "English",
        "Alice Benjamin Charlotte Edward Fiona George Harriet James Lucy Oliver Rosalind Thomas",
        "Ashworth Barlow Carter Fletcher Hawthorne Holloway Marsh Pemberton Quinn Radcliffe Thornton",
        "London, Manchester, Edinburgh",
    ),
    _culture(
        "Portuguese",
        "Ana Beatriz Catarina Diogo Duarte Filipa Gonçalo Inês João Mafalda Rui Tomás",
        "Almeida Barbosa Carvalho Ferreira Figueira Lourenço Magalhães Moreira Nogueira Pinheiro Queirós",
        "Lisbon, Porto, São Paulo",
    ),
    _culture(
        "German",
        "Anneliese Clara Dieter Franziska Hannes Jürgen Katrin Lukas Moritz Sabine Till Ursula",
        "Albrecht Baumann Dreyer Engelhardt Fuchs Grünwald Hartmann Krämer Lindner Maurer Reinhardt Vogel",
        "Berlin, Hamburg, Zurich",
    ),
    _culture(
        "French",
        "Amélie Baptiste Camille Étienne Fabien Gaëlle Hugo Léa Mathilde Océane Rémi Sylvie",
        "Arnaud Beaumont Chevalier Delacroix Fontaine Girard Lefèvre Marchand Perrin Rousseau Tessier",
        "Paris, Lyon, Montreal",
    ),
    _culture(
        "Hindi",
        "Aarav Ananya Deepak Ishaan Kavya Meera Nikhil Priya Rohan Sanjana Vikram Zoya",
        "Agarwal Banerjee Chaudhary Desai Iyer Joshi Kapoor Malhotra Nair Raman Saxena Trivedi Verma",
        "Bengaluru, Mumbai, Pune",
    ),
    _culture(
        "Japanese",
        "Aiko Daichi Emi Hana Haruto Kaori Kenji Mio Naoki Ren Sakura Yuto",
        "Fujimoto Hasegawa Ishikawa Kobayashi Matsuda Morita Nakamura Okada Sakamoto Takahashi Ueda",
        "Tokyo, Osaka, Kyoto",
    ),
    _culture(
        "Twi",
        "Abena Adwoa Akosua Efua Esi Kofi Kojo Kwabena Kwame Kweku Nana Yaa",
        "Acheampong Addo Amoah Ansah Asante Boateng Danquah Frimpong Mensah Nkansah Ofori Owusu Sarpong",
        "Accra, Kumasi, Tema",
    ),
    _culture(
        "Czech",
        "Adéla Barbora David Eliška Jakub Klára Lenka Matěj Ondřej Petra Tereza Vojtěch",
        "Beneš Čermák Dvořák Fiala Havel Horák Kučera Malý Novák Procházka Růžička Svoboda Veselý",
        "Prague, Brno, Ostrava",
    ),
    _culture(
        "Arabic",
        "Amira Bilal Dalia Farid Hala Karim Layla Mariam Nadia Omar Rania Tariq",
        "Abbasi Barakat Darwish Farouk Haddad Hakim Jaziri Khalil Mansour Nasser Qasim Sabbagh Zaher",
        "Amman, Cairo, Casablanca",
    ),
    _culture(
        "Spanish",
        "Álvaro Carmen Diego Elena Gael Isabel Javier Lucía Marina Pablo Sofía Ximena",
        "Aguirre Beltrán Castaño Domínguez Esquivel Fuentes Herrera Ibáñez Morales Ocampo Quintana Salazar",
        "Madrid, Valencia, Bogotá",
    ),
)
CAST: Final = (
    ("Ada", "Lindqvist"),
    ("Tomás", "Ferreira"),
    ("Priya", "Raman"),
    ("Kwame", "Mensah"),
    ("Petra", "Novák"),
)
"""The first members of every seeded network, by whose names documents can count on them."""
