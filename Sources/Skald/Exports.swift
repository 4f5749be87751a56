// Whoever embeds a server writes aggregates: `import Skald` brings what they are made of.
@_exported public import Kernel
