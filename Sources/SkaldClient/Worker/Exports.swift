// What handlers are written with comes along: `import SkaldClient` is all a client or a worker of one's own needs.
@_exported public import Kernel
@_exported public import Wire
