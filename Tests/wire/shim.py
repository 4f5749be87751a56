"""Builds faults.c, the library that makes a server's disk and clock fail."""
import pathlib
import shutil
import subprocess

SOURCE = pathlib.Path(__file__).with_name("faults.c")


def build(folder):
    """The library's path, in `folder`; None where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        return None
    library = pathlib.Path(folder) / "faults.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-o", str(library), str(SOURCE), "-ldl"], check=True)
    return str(library)
