"""What people do: the titles of a career and the skills that go with it, by industry."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Occupation:
    """A profession: its name, its field as in `Head of …`, what is studied for it, and its skills."""

    name: str
    field: str
    subject: str
    skills: tuple[str, ...]


def _occupation(name: str, field: str, subject: str, skills: str) -> Occupation:
    return Occupation(name, field, subject, tuple(skills.split(", ")))


GENERAL_SKILLS: Final = (
    "Project Management",
    "Public Speaking",
    "Mentoring",
    "Negotiation",
    "Technical Writing",
    "Facilitation",
    "Budgeting",
)
_ENGINEER = _occupation(
    "Software Engineer",
    "Engineering",
    "Computer Science",
    "Python, GraphQL, PostgreSQL, TypeScript, Distributed Systems, Code Review, Linux, Kubernetes",
)
_DATA = _occupation(
    "Data Analyst",
    "Data",
    "Statistics",
    "SQL, Python, Data Visualisation, Forecasting, Experiment Design, Data Modelling",
)
_PRODUCT = _occupation(
    "Product Manager",
    "Product",
    "Business Administration",
    "Roadmaps, User Research, Prioritisation, Pricing, Product Discovery, Analytics",
)
_DESIGNER = _occupation(
    "Designer",
    "Design",
    "Visual Communication",
    "Typography, Interaction Design, Prototyping, Accessibility, Illustration, Design Systems",
)
_RECRUITER = _occupation(
    "Recruiter", "People", "Psychology", "Interviewing, Sourcing, Onboarding, Employer Branding, Labour Law"
)
OCCUPATIONS: Final = {
    "Software": (_ENGINEER, _ENGINEER, _DATA, _PRODUCT, _DESIGNER, _RECRUITER),
    "Energy": (
        _occupation(
            "Electrical Engineer",
            "Grid Engineering",
            "Electrical Engineering",
            "Power Systems, Grid Planning, MATLAB, Safety, High Voltage, Wind Power",
        ),
        _DATA,
        _ENGINEER,
    ),
    "Finance": (
        _occupation(
            "Risk Analyst",
            "Risk",
            "Economics",
            "Credit Risk, Financial Modelling, Excel, Regulation, Audit, Derivatives",
        ),
        _occupation(
            "Accountant", "Accounting", "Accounting", "IFRS, Bookkeeping, Tax, Audit, Payroll, Consolidation"
        ),
        _ENGINEER,
    ),
    "Health Care": (
        _occupation(
            "Nurse",
            "Nursing",
            "Nursing",
            "Patient Care, Triage, Infection Control, Wound Care, Palliative Care",
        ),
        _occupation(
            "Physician", "Medicine", "Medicine", "Internal Medicine, Diagnosis, Clinical Research, Cardiology"
        ),
        _DATA,
    ),
    "Education": (
        _occupation(
            "Teacher",
            "Teaching",
            "Education",
            "Curriculum Design, Assessment, Classroom Management, Tutoring",
        ),
        _occupation(
            "Lecturer", "Research", "Linguistics", "Academic Writing, Peer Review, Supervision, Translation"
        ),
    ),
    "Manufacturing": (
        _occupation(
            "Mechanical Engineer",
            "Production",
            "Mechanical Engineering",
            "CAD, Lean Manufacturing, Tolerancing, Robotics, Materials, Quality Control",
        ),
        _occupation(
            "Buyer", "Procurement", "Logistics", "Sourcing, Contracts, Supplier Audits, SAP, Tendering"
        ),
    ),
    "Design": (_DESIGNER, _DESIGNER, _PRODUCT),
    "Logistics": (
        _occupation(
            "Supply Planner",
            "Supply Chain",
            "Logistics",
            "Demand Planning, Customs, Warehousing, SAP, Route Planning, Inventory",
        ),
        _DATA,
    ),
    "Public Services": (
        _occupation(
            "Urban Planner", "Planning", "Geography", "GIS, Zoning, Public Consultation, Transport Modelling"
        ),
        _occupation(
            "Policy Adviser",
            "Policy",
            "Political Science",
            "Policy Analysis, Briefing, Legislation, Evaluation",
        ),
    ),
    "Media": (
        _occupation(
            "Journalist",
            "Newsroom",
            "Journalism",
            "Reporting, Fact-Checking, Editing, Interviewing, Podcasting",
        ),
        _DESIGNER,
    ),
}
