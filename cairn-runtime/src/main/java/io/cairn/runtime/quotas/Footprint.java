// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.store.index.DocumentVersion;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a version of a document counts for.
 *
 * @param tenants those that it names, each once
 * @param bytes its JSON has
 */
record Footprint(Set<String> tenants, int bytes) {

  /** What is not there, is deleted, or belongs to nobody. */
  static final Footprint NONE = new Footprint(Set.of(), 0);

  /** Begins the links of tenants; what a document names otherwise is none. */
  static final String TENANTS = ServiceUriPaths.CORE_TENANTS + '/';

  static final String FIELD = "tenantLinks";

  private static final byte[] NAME = ('"' + FIELD + '"').getBytes(StandardCharsets.US_ASCII);
  private static final JsonFactory JSON = new JsonFactory();

  static Footprint of(@Nullable DocumentVersion version) {
    if (version == null
        || version.isTombstone()
        || DocumentVersion.isHidden(version.link())
        || !names(version.json())) {
      return NONE;
    }
    Set<String> tenants = tenants(version.json());
    return tenants.isEmpty() ? NONE : new Footprint(tenants, version.json().length);
  }

  boolean has(String tenant) {
    return tenants.contains(tenant);
  }

  /** Whether the field may be there: spares most documents being read. */
  private static boolean names(byte[] json) {
    for (int at = 0; at <= json.length - NAME.length; at++) {
      if (json[at] == NAME[0] && json[at + 1] == NAME[1] && matches(json, at)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(byte[] json, int at) {
    for (int i = 2; i < NAME.length; i++) {
      if (json[at + i] != NAME[i]) {
        return false;
      }
    }
    return true;
  }

  private static Set<String> tenants(byte[] json) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Set.of();
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean wanted = FIELD.equals(parser.currentName());
        JsonToken value = parser.nextToken();
        if (wanted && value == JsonToken.START_ARRAY) {
          return links(parser);
        }
        parser.skipChildren();
      }
      return Set.of();
    } catch (JacksonException e) {
      return Set.of(); // what cannot be read belongs to nobody
    }
  }

  private static Set<String> links(JsonParser parser) {
    Set<String> links = new LinkedHashSet<>();
    for (JsonToken item = parser.nextToken();
        item != null && item != JsonToken.END_ARRAY;
        item = parser.nextToken()) {
      if (item == JsonToken.VALUE_STRING && parser.getString().startsWith(TENANTS)) {
        links.add(parser.getString());
      }
      parser.skipChildren();
    }
    return Set.copyOf(links);
  }
}
