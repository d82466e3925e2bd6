// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.ServiceDocumentDescription.Format;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import org.jspecify.annotations.Nullable;

/** The values that templates show. Fixed, so that a template is the same each time. */
final class ExampleValues {
  private static final String UUID_EXAMPLE = "5f0c3a2e-9d1b-4c7a-8e6f-2b4d6a8c0e1f";
  private static final String DATE_EXAMPLE = "2026-01-01T00:00:00Z";

  private ExampleValues() {}

  static @Nullable Object of(TypeName type, Class<?> raw, PropertyDescription property) {
    if (property.has(PropertyUsageOption.LINK)) {
      return "some/service";
    }
    if (property.has(PropertyUsageOption.ID) || raw == java.util.UUID.class) {
      return UUID_EXAMPLE;
    }
    return switch (type) {
      case BOOLEAN -> false;
      case LONG -> 0;
      case DOUBLE -> 0.0;
      case STRING -> raw == char.class || raw == Character.class ? "a" : "example string";
      case DATE -> time(property.format);
      case URI -> "http://localhost:1234/some/service";
      case InternetAddressV4 -> "127.0.0.1";
      case InternetAddressV6 -> "::1";
      case BYTES, PODO, COLLECTION, MAP, ENUM -> null;
    };
  }

  private static String time(@Nullable Format format) {
    return switch (format) {
      case LOCAL_DATE_TIME -> "2026-01-01T00:00:00";
      case DATE -> "2026-01-01";
      case TIME -> "12:00:00";
      case DURATION -> "PT1H";
      case null, default -> DATE_EXAMPLE;
    };
  }
}
