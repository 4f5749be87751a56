import ArgumentParser

/// How to print, for every command.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print the answer as one JSON document.")
    var json = false

    @Flag(name: .customLong("no-color"), help: "Print without colours; so do NO_COLOR, TERM=dumb and a pipe.")
    var noColor = false

    @Flag(help: "Draw with ASCII characters only.")
    var ascii = false

    func allowsColor(environment: (String) -> String?) -> Bool {
        !noColor && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
    }
}
