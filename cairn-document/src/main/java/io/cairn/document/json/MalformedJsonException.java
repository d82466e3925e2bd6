// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.json;

import io.cairn.document.validation.Violation;
import io.cairn.document.validation.ViolationException;
import java.time.DateTimeException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.ValueInstantiationException;

/**
 * A request body that is not JSON, exceeds a limit, or does not fit the type it is read into. The
 * message says what is wrong and where, and is meant for the client.
 */
public final class MalformedJsonException extends ViolationException {
  private static final long serialVersionUID = 1L;
  private static final String PREFIX = "Unparseable JSON body: ";
  private static final int MAX_DETAIL = 300;

  private final String field;

  /** Creates the exception for a defect that is not tied to a field. */
  public MalformedJsonException(String detail) {
    super(PREFIX + detail, List.of(), null);
    this.field = "";
  }

  private MalformedJsonException(
      String message, String field, List<Violation> violations, Throwable cause) {
    super(message, violations, cause);
    this.field = field;
  }

  /** The exception for text that a client wrote: it says in which line and column. */
  public static MalformedJsonException of(JacksonException cause) {
    return of(cause, positionOf(cause));
  }

  /** The exception for values that the client never saw as one text, so that no line is named. */
  public static MalformedJsonException ofTree(JacksonException cause) {
    return of(cause, "");
  }

  private static MalformedJsonException of(JacksonException cause, String position) {
    String field = pathOf(cause);
    List<Violation> refusal = refusalOf(cause, field);
    if (refusal != null) {
      return new MalformedJsonException(sentences(refusal), field, refusal, cause);
    }
    String detail = detailOf(cause);
    String broken = JsonMismatch.isOfValue(cause) ? "" : PREFIX;
    String where = field.isEmpty() ? "" : "field '" + field + "': ";
    List<Violation> mismatch =
        field.isEmpty() ? List.of() : List.of(new Violation(field, Violation.TYPE, detail));
    return new MalformedJsonException(broken + where + detail + position, field, mismatch, cause);
  }

  private static String positionOf(JacksonException cause) {
    TokenStreamLocation at = cause.getLocation();
    return at == null || at.getLineNr() <= 0
        ? ""
        : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
  }

  /** Returns the path of the field that does not fit, as in {@code a.b[2].c}; may be empty. */
  public String field() {
    return field;
  }

  private static String pathOf(JacksonException cause) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference step : cause.getPath()) {
      if (step.getPropertyName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
      }
    }
    return path.length() <= MAX_DETAIL ? path.toString() : path.substring(0, MAX_DETAIL) + "...";
  }

  /** What the author of a type says of a value that it does not take, word by word. */
  private static @Nullable List<Violation> refusalOf(JacksonException failure, String field) {
    boolean ofAuthor =
        failure instanceof ValueInstantiationException
            || failure.getClass() == DatabindException.class;
    if (!ofAuthor
        || !(failure.getCause() instanceof RuntimeException said)
        || said instanceof JacksonException
        || JsonMismatch.isBeyondAllNumbers(said)) {
      return null;
    }
    if (said instanceof ViolationException several && !several.violations().isEmpty()) {
      return several.violations().stream().map(one -> one.below(field)).toList();
    }
    String words = said.getMessage();
    boolean meant =
        said instanceof IllegalArgumentException
            || said instanceof IllegalStateException
            || said instanceof DateTimeException
            || isWritten(said);
    return meant && words != null && !JsonMismatch.namesClass(words)
        ? List.of(new Violation(field, Violation.CONSTRUCTOR, words))
        : null;
  }

  /** Whether a NullPointerException has a sentence of {@code requireNonNull}, not the JVM's. */
  private static boolean isWritten(RuntimeException said) {
    StackTraceElement[] trace = said.getStackTrace();
    return said instanceof NullPointerException
        && trace.length > 0
        && trace[0].getClassName().equals(Objects.class.getName());
  }

  private static String detailOf(JacksonException cause) {
    String text = JsonMismatch.describe(cause);
    if (text == null) {
      return "cannot be read";
    }
    String firstLine = text.lines().findFirst().orElse("");
    return firstLine.length() <= MAX_DETAIL
        ? firstLine
        : firstLine.substring(0, MAX_DETAIL) + "...";
  }
}
