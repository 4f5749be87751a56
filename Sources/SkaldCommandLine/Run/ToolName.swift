/// The binary's name while its arguments are parsed: ArgumentParser asks types, not values, for it.
enum ToolName {
    @TaskLocal static var current = "skald"
}
