"""Where people work and learn. None of these employers and schools exists."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Employer:
    """A company, its trade and its size in comparison with the others."""

    name: str
    industry: str
    city: str
    size: int


EMPLOYERS: Final = tuple(
    Employer(name, industry, city, size)
    for industry, employers in {
        "Software": (
            ("Fjordbyte", "Stockholm", 8),
            ("Lantern Systems", "London", 6),
            ("Kumo Works", "Tokyo", 5),
            ("Bluequill", "Bengaluru", 9),
            ("Nimbra", "Lisbon", 3),
            ("Pebble & Vine", "Berlin", 2),
        ),
        "Energy": (
            ("Nordvik Energy", "Gothenburg", 7),
            ("Solandra", "Madrid", 4),
            ("Tidewell Power", "Edinburgh", 3),
            ("Harmattan Solar", "Accra", 3),
        ),
        "Finance": (
            ("Marrow & Finch", "London", 7),
            ("Banco do Tejo", "Lisbon", 5),
            ("Alpenkasse", "Zurich", 4),
            ("Volta Pay", "Accra", 3),
            ("Ledgerline", "Paris", 3),
        ),
        "Health Care": (
            ("Saint Olwen Hospital", "Manchester", 7),
            ("Meridia Clinics", "Valencia", 4),
            ("Ayuna Diagnostics", "Mumbai", 4),
            ("Helixa Biotech", "Brno", 3),
        ),
        "Education": (
            ("Open Harbour Schools", "Hamburg", 4),
            ("Lumen Learning", "Montreal", 3),
            ("Akoma Academy", "Kumasi", 3),
        ),
        "Manufacturing": (
            ("Krahe Maschinenbau", "Hamburg", 6),
            ("Ostrava Castings", "Ostrava", 4),
            ("Hoshi Instruments", "Osaka", 5),
            ("Carvalho Cork", "Porto", 2),
        ),
        "Design": (
            ("Studio Vermeil", "Paris", 2),
            ("Ateljé Rask", "Malmö", 1),
            ("Paper Heron", "Kyoto", 2),
            ("Oblique Type", "Prague", 1),
        ),
        "Logistics": (
            ("Polestar Freight", "Gothenburg", 4),
            ("Sahel Express", "Casablanca", 3),
            ("Andes Cargo", "Bogotá", 3),
            ("Quayside Shipping", "Tema", 2),
        ),
        "Public Services": (
            ("Transit for London East", "London", 4),
            ("Ministry of Waterways", "Amman", 3),
            ("City of Brno Planning", "Brno", 2),
        ),
        "Media": (
            ("The Evening Ledger", "Edinburgh", 3),
            ("Rádio Maré", "São Paulo", 2),
            ("Nile Pictures", "Cairo", 2),
        ),
    }.items()
    for name, city, size in employers
)
SCHOOLS: Final = {
    "Swedish": ("Mälar Institute of Technology", "University of Vänersborg"),
    "English": ("Ravensbourne College London East", "University of Northmoor"),
    "Portuguese": ("Universidade do Tejo", "Instituto Técnico da Foz"),
    "German": ("Technische Hochschule Elbufer", "Universität Zürichberg"),
    "French": ("École Supérieure de la Saône", "Université du Mont-Clair"),
    "Hindi": ("Deccan Institute of Technology", "Sahyadri University"),
    "Japanese": ("Kamogawa University", "Naniwa Institute of Technology"),
    "Twi": ("Volta Basin University", "Ashanti Polytechnic"),
    "Czech": ("Moravian Technical University",),
    "Arabic": ("Jordan Valley University", "Atlas University"),
    "Spanish": ("Universidad del Turia", "Universidad de los Cerros"),
}
CITIES: Final = tuple(dict.fromkeys(employer.city for employer in EMPLOYERS))
