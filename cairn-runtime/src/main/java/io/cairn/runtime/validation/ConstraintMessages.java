// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.validation;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Annotation;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.jspecify.annotations.Nullable;

/**
 * Messages without the expression language: that would be another library, and expressions in
 * messages have let clients run code elsewhere. The default messages that need it are written here.
 * In English, as all messages of a host. Thread-safe.
 */
final class ConstraintMessages extends ParameterMessageInterpolator {

  ConstraintMessages() {
    super(Set.of(), Locale.ENGLISH, false);
  }

  @Override
  public String interpolate(String template, Context context) {
    Annotation constraint = context.getConstraintDescriptor().getAnnotation();
    boolean isDefault =
        template.equals("{%s.message}".formatted(constraint.annotationType().getName()));
    String plain = isDefault ? plain(constraint) : null;
    return plain == null ? super.interpolate(template, context, Locale.ENGLISH) : plain;
  }

  private static @Nullable String plain(Annotation constraint) {
    return switch (constraint) {
      case DecimalMin min -> "must be greater than " + orEqual(min.inclusive()) + min.value();
      case DecimalMax max -> "must be less than " + orEqual(max.inclusive()) + max.value();
      case Size size when size.max() == Integer.MAX_VALUE -> "size must be at least " + size.min();
      case Size size when size.min() == 0 -> "size must be at most " + size.max();
      case DurationMin min -> "must be longer than " + orEqual(min.inclusive()) + durationOf(min);
      case DurationMax max -> "must be shorter than " + orEqual(max.inclusive()) + durationOf(max);
      default -> null;
    };
  }

  private static String orEqual(boolean inclusive) {
    return inclusive ? "or equal to " : "";
  }

  private static Duration durationOf(DurationMin min) {
    return Duration.ofDays(min.days())
        .plusHours(min.hours())
        .plusMinutes(min.minutes())
        .plusSeconds(min.seconds())
        .plusMillis(min.millis())
        .plusNanos(min.nanos());
  }

  private static Duration durationOf(DurationMax max) {
    return Duration.ofDays(max.days())
        .plusHours(max.hours())
        .plusMinutes(max.minutes())
        .plusSeconds(max.seconds())
        .plusMillis(max.millis())
        .plusNanos(max.nanos());
  }

  /** Only the value itself may stand where an expression may; any other stays as it is written. */
  @Override
  protected String interpolate(Context context, Locale locale, String term) {
    if (term.equals("${validatedValue}")) {
      return String.valueOf(context.getValidatedValue());
    }
    return term.startsWith("$") ? term : super.interpolate(context, locale, term);
  }
}
