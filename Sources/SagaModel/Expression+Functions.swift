import Kernel

extension Expression.Function {
    /// Applies the function to an operand; `has` expects one read with missing fields as null.
    func apply(_ value: JSON) throws(ExpressionError) -> JSON {
        switch self {
        case .has: return .bool(!value.isNull)
        case .string: return .string(try Expression.text(of: value))
        case .size: return .int(Int64(try size(value)))
        case .int: return .int(try integer(value))
        case .double: return .double(try double(value))
        }
    }

    private func size(_ value: JSON) throws(ExpressionError) -> Int {
        switch value {
        case .string(let text): return text.unicodeScalars.count
        case .array(let elements): return elements.count
        case .object(let object): return object.count
        default: throw ExpressionError("size() does not take \(value.kind)")
        }
    }

    private func integer(_ value: JSON) throws(ExpressionError) -> Int64 {
        switch value {
        case .int(let number): return number
        case .double(let number):
            guard let whole = Int64(exactly: number.rounded(.towardZero)) else {
                throw ExpressionError("int(): the number is beyond 64 bits")
            }
            return whole
        case .string(let text):
            guard case .int(let number)? = Expression.number(text) else {
                throw ExpressionError("int(): the text is no integer of 64 bits")
            }
            return number
        default: throw ExpressionError("int() does not take \(value.kind)")
        }
    }

    private func double(_ value: JSON) throws(ExpressionError) -> Double {
        switch value {
        case .int(let number): return Double(number)
        case .double(let number): return number
        case .string(let text):
            switch Expression.number(text) {
            case .int(let number)?: return Double(number)
            case .double(let number)?: return number
            default: throw ExpressionError("double(): the text is no number")
            }
        default: throw ExpressionError("double() does not take \(value.kind)")
        }
    }
}

extension Expression {
    /// A value as it stands in text: strings as they are, numbers in JSON form; null, lists and objects have no text.
    static func text(of value: JSON) throws(ExpressionError) -> String {
        switch value {
        case .string(let text): return text
        case .int(let number): return String(number)
        case .double, .bool: return value.text
        case .null, .array, .object: throw ExpressionError("\(value.kind) has no form as text")
        }
    }

    /// A number as JSON writes it, without space around it.
    static func number(_ text: String) -> JSON? {
        guard let last = text.utf8.last, (0x30...0x39).contains(last), let head = text.utf8.first, head == 0x2D || head >= 0x30
        else { return nil }
        return try? JSON.parse(text)
    }
}
