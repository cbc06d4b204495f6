"""The device is described truthfully, and torch is not loaded to say what is certain without it."""

import os
import subprocess
import sys
import warnings
from types import SimpleNamespace

import pytest

from infinite_studio.engines import device

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
CPU = f"CPU, {CORES} core" if CORES == 1 else f"CPU, {CORES} cores"


class FakeTensor:
    def __init__(self, total):
        self.total = total

    def __matmul__(self, other):
        return self

    def sum(self):
        return self

    def item(self):
        return self.total


class FakeTorch(SimpleNamespace):
    """The few names of torch that the test of a device uses."""

    def __init__(self, *, cuda="13.0", mps=False, name="NVIDIA H200", init=None, kernel=None, total=64.0**3):
        super().__init__()
        self.version = SimpleNamespace(cuda=cuda)
        self.backends = SimpleNamespace(mps=SimpleNamespace(is_available=lambda: mps))
        self.cuda = SimpleNamespace(init=raising(init), get_device_name=lambda index: name)
        self._kernel = raising(kernel)
        self._total = total
        self.devices = []

    def ones(self, shape, device):
        self.devices.append(device)
        if device != "cpu":
            self._kernel()
        return FakeTensor(self._total if device != "cpu" else float(shape[0] ** 3))


def raising(error):
    def call():
        warnings.warn("as torch does", UserWarning, stacklevel=2)
        if error is not None:
            raise error

    return call


def test_without_torch_the_cores_are_counted():
    assert device.quick_device_label() == CPU


def test_saying_what_is_certain_does_not_load_torch():
    code = (
        "import sys; from infinite_studio.engines.device import quick_device_label as label; label();"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_card_that_computes_works():
    torch = FakeTorch()
    report = device.test_device(lambda: torch)
    assert (report.kind, report.works, report.label) == ("cuda", True, "GPU: NVIDIA H200 works")
    assert torch.devices == ["cuda"]


def test_a_card_is_called_by_its_makers_name():
    assert device.test_device(lambda: FakeTorch(name="GeForce GTX 1060")).label == (
        "GPU: NVIDIA GeForce GTX 1060 works"
    )


def test_an_apple_gpu_that_computes_works():
    report = device.test_device(lambda: FakeTorch(cuda=None, mps=True))
    assert (report.kind, report.works, report.label) == ("mps", True, "GPU: Apple works")


@pytest.mark.parametrize(
    ("fault", "because"),
    [
        (
            {"init": RuntimeError("Found no NVIDIA driver on your system. Please check …")},
            "no NVIDIA driver was found",
        ),
        (
            {"init": RuntimeError("The NVIDIA driver on your system is too old (found 11040).")},
            "the NVIDIA driver is too old",
        ),
        ({"init": RuntimeError("No CUDA GPUs are available")}, "no NVIDIA card was found"),
        (
            {"kernel": RuntimeError("CUDA out of memory. Tried to allocate 2 MiB.\nmore")},
            "NVIDIA H200 is out of memory",
        ),
        (
            {"kernel": RuntimeError("CUDA error: no kernel image is available for execution on the device")},
            "this build of torch does not support NVIDIA H200",
        ),
        (
            {"kernel": RuntimeError("CUDA error: unspecified launch failure\nCUDA kernel errors might …")},
            "NVIDIA H200 failed a test computation (CUDA error: unspecified launch failure)",
        ),
        ({"total": 0.0}, "a test computation came out wrong"),
    ],
)
def test_a_card_that_does_not_compute_leaves_the_cpu_and_says_why(fault, because):
    torch = FakeTorch(**fault)
    report = device.test_device(lambda: torch)
    assert (report.kind, report.works, report.label) == ("cpu", True, f"CPU, because {because}")
    assert report.reason == f"Models run on the CPU, because {because}."
    assert torch.devices[-1] == "cpu"


def test_without_a_card_there_is_nothing_to_excuse():
    report = device.test_device(lambda: FakeTorch(cuda=None))
    assert (report.kind, report.works, report.label) == ("cpu", True, CPU)


@pytest.mark.parametrize("error", [ImportError("No module named 'torch'"), OSError("libc10.so: cannot open")])
def test_without_torch_models_do_not_run_and_the_reason_is_given(error):
    def load():
        raise error

    report = device.test_device(load)
    assert (report.kind, report.works, report.label) == ("cpu", False, CPU)
    assert str(error) in report.reason


def test_a_bug_in_torch_is_not_hidden():
    with pytest.raises(TypeError):
        device.test_device(lambda: FakeTorch(kernel=TypeError("a bug")))


def test_the_real_torch_gives_a_report_that_can_be_shown():
    pytest.importorskip("torch", reason="the engines with a network are not installed", exc_type=ImportError)
    report = device.test_device()
    assert report.works
    assert report.label.startswith(("CPU, ", "GPU: "))
    assert report.reason.endswith(".")
