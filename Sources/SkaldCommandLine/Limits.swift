/// The bounds of the command line. Times in milliseconds.
enum Limits {
    /// How long one request may take without `--timeout`.
    static let requestTimeout: Int64 = 10_000
    /// How often a request is sent within that time, the first one counted.
    static let tries = 3
    /// How long a server may take to be there at all.
    static let connectTimeout: Int64 = 2000
    /// How long a plain connection may take, in milliseconds, where it is looked for why none came about.
    static let knock: Int32 = 1000
    /// How long a wait for an end takes without `--timeout`.
    static let waitTimeout: Int64 = 60_000
    /// How long the server is asked to hold one answer; longer waits ask again. The protocol allows 60 s; a server that begins again
    /// has forgotten who waited, and is asked again no sooner.
    static let waitSlice: Int64 = 5_000
    /// How much later than asked a held answer may come.
    static let holdingGrace: Int64 = 500
    static let longestTimeout: Int64 = 30 * 86_400_000
    /// Standard input and files: the largest body the protocol answers.
    static let inputBytes = 4 << 20
    /// Commands in a file of givens.
    static let givenEntries = 1_000
    /// Actions of one `worker check`, which takes half a minute for each.
    static let checkedActions = 100
    /// Characters of JSON shown inside a line for people; `--json` shows all.
    static let inlineCharacters = 96
    /// Problems of a damaged store shown: of one kind, and in all.
    static let problemsOfAKind = 3
    static let problemsShown = 30
}
