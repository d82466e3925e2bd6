// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Small functions that services use everywhere. All are thread-safe. */
public final class Utils {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .changeDefaultVisibility(
              v ->
                  v.withVisibility(PropertyAccessor.ALL, Visibility.NONE)
                      .withVisibility(PropertyAccessor.FIELD, Visibility.ANY))
          .changeDefaultPropertyInclusion(i -> i.withValueInclusion(JsonInclude.Include.NON_NULL))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Utils() {}

  /** The JSON of {@code body}; text that is JSON already stays as it is. */
  public static String toJson(@Nullable Object body) {
    if (body instanceof String || body instanceof byte[]) {
      return jsonText(body);
    }
    return MAPPER.writeValueAsString(body);
  }

  /**
   * Reads JSON.
   *
   * @param json text or UTF-8 bytes
   * @throws IllegalArgumentException if it cannot be read as {@code type}
   */
  public static <T> T fromJson(Object json, Class<T> type) {
    try {
      return Objects.requireNonNull(MAPPER.readValue(jsonText(json), type));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("Unparseable JSON body: " + e.getOriginalMessage(), e);
    }
  }

  /** An independent copy. */
  @SuppressWarnings("unchecked")
  public static <T> T clone(T object) {
    return (T) convert(object, object.getClass());
  }

  /** {@code source} as another type, through JSON. */
  static <T> T convert(Object source, Class<T> type) {
    return fromJson(MAPPER.writeValueAsBytes(source), type);
  }

  static String jsonText(Object json) {
    return json instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : json.toString();
  }
}
