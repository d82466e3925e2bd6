// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.validation;

import java.io.Serializable;

/**
 * One thing that is wrong with a body or a state.
 *
 * @param path of the field, as in {@code lines[2].price}; empty for the whole
 * @param rule the name of what is broken, for programs: {@code NotBlank}, {@code Size}, {@code
 *     Required} ...; see {@code docs/validation.md} for those that are not names of annotations
 * @param message for people; without the path, as in "must not be blank"
 */
public record Violation(String path, String rule, String message) implements Serializable {

  /** The rule of what code refuses without naming a rule. */
  public static final String CHECK = "Check";

  /** The rule of what the constructor of a type refuses. */
  public static final String CONSTRUCTOR = "Constructor";

  /** The rule of a value that is not of its field's type. */
  public static final String TYPE = "Type";

  /** The rule of a field that must not be left out. */
  public static final String REQUIRED = "Required";

  /** The same within a whole, of which {@code outer} is the path of the part. */
  public Violation below(String outer) {
    if (outer.isEmpty()) {
      return this;
    }
    String whole = path.isEmpty() ? outer : outer + (path.startsWith("[") ? "" : ".") + path;
    return new Violation(whole, rule, message);
  }

  /** Path and message as one sentence. */
  public String sentence() {
    if (path.isEmpty()) {
      return message;
    }
    boolean goesOn = message.startsWith("must ") || message.startsWith("is ");
    return path + (goesOn ? " " : ": ") + message;
  }
}
