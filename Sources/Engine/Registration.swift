/// What a registration says for ever, also of a text that cannot be read here.
struct Registration {
    let name: String
    let version: Int?
    let types: [String]
}
