// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.revocation;

import io.cairn.runtime.security.identity.revocation.RevocationService.RevocationState;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;

/**
 * What was taken back, as this node knows it. Thread-safe: it is asked for each request, and each
 * answer is a look into a map.
 */
public final class Revocations implements DocumentView {

  private static final String PREFIX = RevocationService.FACTORY_LINK + '/';
  private static final String TOKENS = PREFIX + RevocationService.TOKEN;

  private final Map<String, Boolean> tokens = new ConcurrentHashMap<>();
  private final Map<String, Long> generations = new ConcurrentHashMap<>();
  private final Map<String, String> subjects = new ConcurrentHashMap<>();
  private final AtomicLong revision = new AtomicLong();

  @Override
  public Set<String> kinds() {
    return Set.of(RevocationState.KIND);
  }

  @Override
  public boolean concerns(String link) {
    return link.startsWith(PREFIX);
  }

  @Override
  public void put(String link, JsonNode document) {
    if (link.startsWith(TOKENS)) {
      tokens.put(link.substring(TOKENS.length()), Boolean.TRUE);
    } else {
      String subject = document.path("subjectLink").asString("");
      subjects.put(link, subject);
      generations.merge(subject, document.path("generation").asLong(0), Math::max);
    }
    revision.incrementAndGet();
  }

  @Override
  public void removed(String link) {
    if (link.startsWith(TOKENS)) {
      tokens.remove(link.substring(TOKENS.length()));
    } else {
      String subject = subjects.remove(link);
      if (subject != null) {
        generations.remove(subject);
      }
    }
    revision.incrementAndGet();
  }

  @Override
  public void retain(Set<String> links) {
    tokens.keySet().removeIf(id -> !links.contains(TOKENS + id));
    Set.copyOf(subjects.keySet()).stream()
        .filter(link -> !links.contains(link))
        .forEach(this::removed);
    revision.incrementAndGet();
  }

  /** Grows with each change, after it can be seen. */
  public long revision() {
    return revision.get();
  }

  /** The number that what is issued to a user now has to bear. */
  public long generation(String subjectLink) {
    Long known = generations.get(subjectLink);
    return known == null ? 0 : known;
  }

  /**
   * Whether a proof was taken back.
   *
   * @param id of the token, or of the API key
   * @param generation under which it was issued
   */
  public boolean isRevoked(String id, String subjectLink, long generation) {
    return tokens.containsKey(id) || generation < generation(subjectLink);
  }
}
