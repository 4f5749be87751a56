import Kernel

/// One run of one command: the world, how to print, and what was asked about output.
struct Session {
    let world: World
    let options: OutputOptions
    let style: Style

    init(world: World, options: OutputOptions) {
        self.world = world
        self.options = options
        style = Style(
            color: options.allowsColor(environment: world.environment) && world.isTerminal(.output), ascii: options.ascii)
    }

    var tool: String { world.name }

    func data(_ line: String) { world.write(.output, line + "\n") }
    func talk(_ line: String) { world.write(.talk, line + "\n") }

    /// Prints an answer: the document itself with `--json`, else lines for people.
    func answer(_ document: JSON, _ text: (Style) -> Rendered) {
        guard !options.json else { return data(document.text) }
        let rendered = text(style)
        for line in rendered.lines { data(line) }
        for hint in rendered.hints { talk(hint) }
    }

    /// Parses an argument that holds JSON; `-` reads it from standard input. nil gives `{}`.
    func object(_ argument: String?, what: String) throws(Failure) -> JSON {
        guard let argument else { return [:] }
        let bytes = argument == "-" ? try world.readFile("-") : Array(argument.utf8)
        let value: JSON
        do { value = try JSON.parse(bytes) } catch {
            throw .usage(
                "\(what) is not JSON: \(error.message), at byte \(error.offset)",
                next: "quote it for the shell: '{\"amount\": 5}', or write - to read it from standard input")
        }
        guard case .object = value else {
            throw .usage("\(what) is \(value.kind), not an object", next: "write its fields: '{\"name\": value}'")
        }
        return value
    }

    /// A reason is what somebody reads who was not there.
    func admit(reason: String) throws(Failure) {
        guard reason.allSatisfy(\.isWhitespace) else { return }
        throw .usage("--reason is empty", next: "say why, and who you are: it is kept in the saga's history")
    }

    /// Asks a person to type `id` before something that cannot be taken back; without a terminal `--yes` must be given. `check`
    /// throws where there is nothing to ask about.
    func confirm(_ act: String, id: String, yes: Bool, after check: () throws(Failure) -> Void = {}) throws(Failure) {
        if yes { return }
        guard world.canAsk, world.isTerminal(.talk) else {
            throw .usage("to \(act) needs a person's word, and there is no terminal to ask on", next: "add --yes if you mean it")
        }
        try check()
        world.write(.talk, "This will \(act). Type \(id) to go on: ")
        guard world.readLine() == id else {
            throw Failure(.failed, code: "not_confirmed", "not confirmed; nothing was done")
        }
    }
}
