/// Writes a tick that is `step` away from its neighbours with just the digits that tell them apart.
pub(crate) fn tick_label(value: f64, step: f64) -> String {
    let size = value.abs().max(step);
    let step_exponent = exponent(step);
    if size >= 1e9 || step < 1e-5 {
        let digits = (exponent(size) - step_exponent).clamp(0, 17) as usize;
        return format!("{value:.digits$e}");
    }
    let decimals = (-step_exponent).max(0) as usize;
    // A quarter needs one digit more than its power of ten says.
    let is_quarter = (step / 10_f64.powi(step_exponent) - 2.5).abs() < 1e-9;
    let decimals = if is_quarter && step < 2.5 + 1e-9 { decimals + 1 } else { decimals };
    with_commas(&format!("{value:.decimals$}"))
}

/// Writes a value of a chart with about four significant digits.
pub(crate) fn value_label(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e9).contains(&size) {
        return format!("{value:.3e}");
    }
    let decimals = (3 - exponent(size)).clamp(0, 6) as usize;
    let decimals = if size < 1.0 { decimals.min(4) } else { decimals };
    with_commas(&format!("{value:.decimals$}"))
}

pub(crate) fn exponent(size: f64) -> i32 {
    // The logarithm of a power of ten may come out a hair too low.
    (size.log10() + 1e-9).floor() as i32
}

/// From ten thousand on: years stay as they are.
fn with_commas(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(a, b)| (a, Some(b)));
    if digits.bytes().all(|byte| matches!(byte, b'0' | b'.')) {
        return digits.to_owned();
    }
    let mut text = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && whole.len() > 4 && (whole.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_have_the_digits_that_tell_them_apart() {
        let cases = [
            (0.15, 0.05, "0.15"),
            (0.2, 0.05, "0.20"),
            (0.25, 0.25, "0.25"),
            (7.5, 2.5, "7.5"),
            (25.0, 25.0, "25"),
            (-0.0, 0.5, "0.0"),
            (2019.0, 1.0, "2019"),
            (-86_000.0, 2_000.0, "-86,000"),
            (3e12, 1e12, "3e12"),
            (2.5e-7, 5e-8, "2.5e-7"),
        ];
        for (value, step, expected) in cases {
            assert_eq!(tick_label(value, step), expected);
        }
    }

    #[test]
    fn values_have_about_four_digits() {
        let cases = [
            (0.185_74, "0.1857"),
            (12.345_6, "12.35"),
            (6_040.0, "6040"),
            (999_611.0, "999,611"),
            (0.0, "0"),
            (-1.0, "-1.000"),
            (0.000_01, "1.000e-5"),
        ];
        for (value, expected) in cases {
            assert_eq!(value_label(value), expected);
        }
    }
}
