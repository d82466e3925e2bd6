// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cairn.document.DocumentJson;
import io.cairn.runtime.security.Subject.Kind;
import io.cairn.runtime.security.Subject.Scope;
import io.cairn.service.Service.Action;
import io.cairn.service.security.AuthorizationContext;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Subjects as texts, for other nodes of the cluster and for what outlives a request. A text proves
 * nothing by itself: it is believed only where nobody but a node can have written it. Thread-safe.
 */
public final class SubjectText {
  private static final long MAX_KNOWN = 10_000;

  private static final Cache<String, SubjectContext> READ =
      Caffeine.newBuilder().maximumSize(MAX_KNOWN).build();
  private static final Cache<Subject, String> WRITTEN =
      Caffeine.newBuilder().maximumSize(MAX_KNOWN).build();

  private SubjectText() {}

  /** The subject of a context as a text; null if no host has proved it. */
  public static @Nullable String of(@Nullable AuthorizationContext context) {
    if (!(context instanceof SubjectContext proved)) {
      return null;
    }
    return proved.properties().isEmpty()
        ? WRITTEN.get(proved.subject(), subject -> write(subject, Map.of()))
        : write(proved.subject(), proved.properties());
  }

  /**
   * The context of a text.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static SubjectContext read(String text) {
    return READ.get(text, SubjectText::parse);
  }

  private static String write(Subject subject, Map<String, String> properties) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("link", subject.link()).put("kind", subject.kind().name());
    if (subject.tokenId() != null) {
      node.put("token", subject.tokenId());
    }
    if (subject.expiresMicros() != 0) {
      node.put("expires", subject.expiresMicros());
    }
    if (subject.tenantLink() != null) {
      node.put("tenant", subject.tenantLink());
    }
    put(node, "groups", subject.claimedGroups());
    Scope scope = subject.scope();
    if (scope != null) {
      ObjectNode limits = node.putObject("scope");
      put(limits, "verbs", scope.verbs().stream().map(Action::name).toList());
      put(limits, "links", scope.linkPrefixes());
      put(limits, "tenants", scope.tenantLinks());
    }
    if (!properties.isEmpty()) {
      ObjectNode said = node.putObject("props");
      properties.forEach(said::put);
    }
    return DocumentJson.standard().toJson(node);
  }

  private static void put(ObjectNode node, String name, Collection<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = node.putArray(name);
      values.stream().sorted().forEach(array::add);
    }
  }

  private static SubjectContext parse(String text) {
    JsonNode node = DocumentJson.standard().fromJson(text, JsonNode.class);
    JsonNode limits = node.path("scope");
    Scope scope =
        limits.isObject()
            ? new Scope(
                texts(limits, "verbs").stream().map(Action::valueOf).collect(Collectors.toSet()),
                List.copyOf(texts(limits, "links")),
                texts(limits, "tenants"))
            : null;
    return SubjectContext.of(
        new Subject(
            node.path("link").asString(""),
            Kind.valueOf(node.path("kind").asString("")),
            textOrNull(node, "token"),
            node.path("expires").asLong(0),
            textOrNull(node, "tenant"),
            texts(node, "groups"),
            scope),
        null,
        properties(node.path("props")));
  }

  private static Map<String, String> properties(JsonNode node) {
    Map<String, String> properties = new LinkedHashMap<>();
    node.properties().forEach(one -> properties.put(one.getKey(), one.getValue().asString("")));
    return properties;
  }

  private static @Nullable String textOrNull(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isString() ? value.asString() : null;
  }

  private static Set<String> texts(JsonNode node, String name) {
    Set<String> texts = new LinkedHashSet<>();
    JsonNode array = node.path(name);
    if (array.isArray()) {
      array.values().forEach(value -> texts.add(value.asString("")));
    }
    return texts;
  }
}
