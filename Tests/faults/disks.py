"""A disk of our own: ext4 in an image file, so that it can be cut off, filled and made read-only. Needs root."""
import fcntl
import os
import shutil
import struct
import subprocess

from scenario import Failed, Skipped, command

SHUTDOWN = 0x8004587D               # FS_IOC_SHUTDOWN
NO_LOG_FLUSH = struct.pack("I", 2)  # what is not on the disk yet is lost, as when the power fails


class Disk:
    """Made and mounted on entering, gone on leaving. The image is sparse: it takes as much as is written."""

    def __init__(self, case, megabytes=512):
        if os.geteuid() != 0:
            raise Skipped("needs root, to mount a disk of its own")
        if not shutil.which("mkfs.ext4", path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
            raise Skipped("needs mkfs.ext4 (Debian: e2fsprogs)")
        self.image, self.path = case.folder / "disk.img", case.folder / "disk"
        self.size = megabytes << 20
        self.path.mkdir(exist_ok=True)

    def __enter__(self):
        with open(self.image, "wb") as image:
            image.truncate(self.size)
        environment = dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin:/sbin")
        subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", str(self.image)], check=True, env=environment)
        self.mount(error=Skipped)
        return self

    def __exit__(self, *_):
        # Lazily: whatever still holds it must not keep the others from their turn.
        if os.path.ismount(self.path):
            subprocess.run(["umount", "-l", str(self.path)], check=False)
        self.image.unlink(missing_ok=True)

    def mount(self, error=Failed):
        command("mount", "-o", "loop", self.image, self.path, why="a loop mount fails here", error=error)

    def remount(self):
        """As after the power has come back."""
        command("umount", self.path, why="the disk cannot be unmounted")
        self.mount()

    def cut(self):
        """From here on nothing reaches the disk, and what was not synced is lost."""
        path = os.path.realpath(self.path)
        assert path != "/" and os.path.ismount(path), path      # never the disk of this machine
        handle = os.open(path, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, SHUTDOWN, NO_LOG_FLUSH)
        finally:
            os.close(handle)

    def abort(self):
        """The kernel stops writing to it, as after an error of the disk; files stay open and can be read."""
        command("mount", "-o", "remount,abort", self.path, why="the disk cannot be made read-only")

    def free(self):
        found = os.statvfs(self.path)
        return found.f_bavail * found.f_frsize

    def fill(self, left):
        """Somebody else's files take what there is but for `left` bytes; never gives any back."""
        ballast = self.path / "ballast"
        handle = os.open(ballast, os.O_RDWR | os.O_CREAT)
        try:
            # The file system takes some blocks for its own lists, so it is asked again.
            for _ in range(20):
                more = self.free() - left
                if more <= 4096:
                    break
                size = os.fstat(handle).st_size
                try:
                    os.posix_fallocate(handle, size, more)
                except OSError:
                    left += 4096
        finally:
            os.close(handle)

    def empty(self):
        (self.path / "ballast").unlink(missing_ok=True)
