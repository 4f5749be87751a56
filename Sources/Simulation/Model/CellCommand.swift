/// What can be asked of a cell, the one aggregate of the simulator: a number from 0 to 100.
///
///     add {n}     value + n          added {n}          {value}   refused `full` over 100
///     take {n}    value - n          taken {n}          {value}   refused `empty` below 0
///     split {n}   n times + 1        n × added {n: 1}   {value}   refused `full` over 100
///     touch {}    nothing            none               {value}
///     refuse {}                                                   refused `no`
///     break {}                                                    a bug: handler_failed
///
/// Every command that is accepted gives `{"value": value after it}`.
public enum CellCommand: Sendable, Equatable {
    case add(Int64)
    case take(Int64)
    case split(Int64)
    case touch
    case refuse
    case `break`

    public static let capacity: Int64 = 100

    public var name: String {
        switch self {
        case .add: "add"
        case .take: "take"
        case .split: "split"
        case .touch: "touch"
        case .refuse: "refuse"
        case .break: "break"
        }
    }

    /// The number it carries.
    public var number: Int64? {
        switch self {
        case .add(let n), .take(let n), .split(let n): n
        case .touch, .refuse, .break: nil
        }
    }
}
