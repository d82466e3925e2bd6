// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.json;

import java.time.DateTimeException;
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
public final class MalformedJsonException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private static final String PREFIX = "Unparseable JSON body: ";
  private static final int MAX_DETAIL = 300;

  private final String field;

  /** Creates the exception for a defect that is not tied to a field. */
  public MalformedJsonException(String detail) {
    super(PREFIX + detail);
    this.field = "";
  }

  private MalformedJsonException(String message, String field, Throwable cause) {
    super(message, cause);
    this.field = field;
  }

  public static MalformedJsonException of(JacksonException cause) {
    String field = pathOf(cause);
    String refusal = refusalOf(cause);
    if (refusal != null) {
      String where = field.isEmpty() ? "" : "field '" + field + "': ";
      return new MalformedJsonException(where + refusal, field, cause);
    }
    StringBuilder message = new StringBuilder(PREFIX);
    if (!field.isEmpty()) {
      message.append("field '").append(field).append("': ");
    }
    message.append(detailOf(cause));
    TokenStreamLocation location = cause.getLocation();
    if (location != null && location.getLineNr() > 0) {
      message.append(" (line ").append(location.getLineNr());
      message.append(", column ").append(location.getColumnNr()).append(')');
    }
    return new MalformedJsonException(message.toString(), field, cause);
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
  private static @Nullable String refusalOf(JacksonException failure) {
    boolean ofAuthor =
        failure instanceof ValueInstantiationException
            || failure.getClass() == DatabindException.class;
    return ofAuthor
            && failure.getCause() instanceof RuntimeException said
            && !(said instanceof JacksonException)
            && !JsonMismatch.isBeyondAllNumbers(said)
            && (said instanceof IllegalArgumentException
                || said instanceof IllegalStateException
                || said instanceof DateTimeException
                || isWritten(said))
        ? said.getMessage()
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
