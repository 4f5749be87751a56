/// What a request is about, for the words of an error.
enum Subject {
    case command(OutgoingCommand)
    /// The result of a command, by its id.
    case result(String)
    case saga(String)
    /// The start of a saga, by its definition's name and the saga's id.
    case start(String, id: String)
    /// A definition by its name, or the file it is in.
    case definition(String)
    case aggregate(String)
    case server
}
