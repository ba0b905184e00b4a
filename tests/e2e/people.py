"""Who is in the stories."""

from dataclasses import dataclass

PASSWORD = "a walk along the quiet river"


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    role: str = ""
    title: str = ""


OLU = Person("Olu Hartwell", "olu@hartwell.example", "Owner")
DANA = Person("Dana Ruiz", "dana@hartwell.example", "Manager", "Principal engineer")
PRIYA = Person("Priya Raman", "priya@hartwell.example", "Staff", "Senior engineer")
KEMI = Person("Kemi Ogundipe", "kemi@hartwell.example", "Finance", "Controller")
ZOE = Person("Zoe Lindqvist", "zoe@hartwell.example", "Staff", "Drafter")
ALMA = Person("Alma Reyes", "ap@larkspur.example")
CLIENT = "City of Larkspur"
PROJECT = "Larkspur Water Main Renewal"
TASKS = ("Hydraulic design", "Structural review")
