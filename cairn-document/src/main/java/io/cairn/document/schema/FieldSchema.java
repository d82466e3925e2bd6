// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.schema;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one field may hold. Immutable.
 *
 * @param type a word for the type: {@code boolean}, {@code int}, {@code long}, {@code integer} and
 *     {@code decimal} (of any size), {@code double}, {@code string}, {@code enum}, {@code uuid},
 *     {@code uri}, {@code bytes}, a class of {@code java.time}, {@code list}, {@code map}, {@code
 *     object}, {@code any}
 * @param required whether a document must have it
 * @param formerNames see {@link FormerNames}
 * @param values the constants of an enum, the types of a sealed one
 * @param items what a list or a map holds; null for other types
 * @param fields those of an object; empty where its class encloses itself
 * @param removed see {@link Removed}, for an object
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record FieldSchema(
    String type,
    boolean required,
    List<String> formerNames,
    List<String> values,
    @Nullable FieldSchema items,
    Map<String, FieldSchema> fields,
    Set<String> removed) {

  /** Takes what is left out for empty. */
  public FieldSchema {
    type = Objects.requireNonNullElse(type, "any");
    formerNames = formerNames == null ? List.of() : List.copyOf(formerNames);
    values = values == null ? List.of() : List.copyOf(values);
    fields = fields == null ? Map.of() : fields;
    removed = removed == null ? Set.of() : Set.copyOf(removed);
  }

  /** The type as people say it: {@code list of int}. */
  public String say() {
    return items == null ? type : type + " of " + items.say();
  }

  boolean is(String word) {
    return type.equals(word);
  }
}
