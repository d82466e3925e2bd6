// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.util.ArrayList;
import java.util.List;

/**
 * Fields that a server adds to its answers, whoever gives them. They are encoded once. Immutable.
 *
 * @param each to every answer
 * @param overTls to every answer that goes over TLS, too
 * @param unlessGiven to every answer that has no field of that name itself
 */
public record StandingFields(HttpHeaders each, HttpHeaders overTls, HttpHeaders unlessGiven) {

  /** No such fields. */
  public static final StandingFields NONE =
      new StandingFields(HttpHeaders.empty(), HttpHeaders.empty(), HttpHeaders.empty());

  /** What a listener adds to each answer. */
  public ListHeaders each(boolean isTls) {
    if (!isTls || overTls.size() == 0) {
      return ListHeaders.of(each);
    }
    List<String> fields = new ArrayList<>();
    for (HttpHeaders part : List.of(each, overTls)) {
      part.forEach(
          (name, value) -> {
            fields.add(name);
            fields.add(value);
          });
    }
    return ListHeaders.of(fields.toArray(String[]::new));
  }
}
