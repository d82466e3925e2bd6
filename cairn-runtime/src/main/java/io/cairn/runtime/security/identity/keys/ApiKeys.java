// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.keys;

import io.cairn.document.DocumentJson;
import io.cairn.runtime.security.Subject.Scope;
import io.cairn.runtime.security.identity.keys.ApiKeyService.ApiKeyState;
import io.cairn.runtime.security.identity.revocation.DocumentView;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The API keys of the group, as this node knows them. When one is used, that is noted, at most once
 * an hour on all nodes together, so that a request writes nothing. Thread-safe; nothing blocks but
 * {@link #put}.
 */
public final class ApiKeys implements DocumentView {

  private static final Logger log = LoggerFactory.getLogger(ApiKeys.class);
  private static final String PREFIX = ApiKeyService.FACTORY_LINK + '/';
  private static final long NOTED_EACH_MICROS = TimeUnit.HOURS.toMicros(1);

  private final Map<String, Known> keys = new ConcurrentHashMap<>();

  /** Restorations and merges may bring a key before its secret. */
  private final Set<String> unfinished = ConcurrentHashMap.newKeySet();

  private final AtomicLong revision = new AtomicLong();
  private final Function<String, @Nullable String> hashes;
  private final ObjLongConsumer<String> note;

  /**
   * A key that there is.
   *
   * @param id names it
   * @param userLink the user whose key it is
   * @param scope what it is limited to
   * @param expiresMicros when it ends
   * @param generation under which it was issued
   */
  public record Key(String id, String userLink, Scope scope, long expiresMicros, long generation) {}

  /** A key with the hash of its secret, and when it was last known to be used. */
  private record Known(Key key, String secretHash, AtomicLong lastUsedMicros) {}

  /**
   * Knows no keys yet.
   *
   * @param hashes the hash of the secret of a key's link, which is kept apart; may block
   * @param note writes that the key of a link was used at a time; must not block
   */
  public ApiKeys(Function<String, @Nullable String> hashes, ObjLongConsumer<String> note) {
    this.hashes = hashes;
    this.note = note;
  }

  /** Whether a text looks like a key, so that it is no token. */
  public static boolean isLike(String text) {
    return text.startsWith(KeyText.PREFIX);
  }

  /** Whether a text has the form of a key, so that nothing else has it by chance. */
  public static boolean isKey(String text) {
    return KeyText.parse(text) != null;
  }

  @Override
  public Set<String> kinds() {
    return Set.of(ApiKeyState.KIND);
  }

  @Override
  public boolean concerns(String link) {
    return link.startsWith(PREFIX);
  }

  @Override
  public void put(String link, JsonNode document) {
    ApiKeyState state;
    try {
      state = DocumentJson.standard().convert(document, ApiKeyState.class);
    } catch (RuntimeException e) {
      log.warn("{} is no API key that this version knows; it proves nothing", link, e);
      removed(link);
      return;
    }
    // Before it is looked for what may come at this moment.
    unfinished.add(link);
    String hash = hashes.apply(link);
    if (hash == null || state.userLink == null) {
      forget(link);
      return;
    }
    unfinished.remove(link);
    String id = link.substring(PREFIX.length());
    Scope scope =
        new Scope(
            state.verbs == null ? Set.of() : state.verbs,
            state.linkPrefixes == null ? List.of() : state.linkPrefixes,
            state.tenantLinks == null ? Set.of() : state.tenantLinks);
    Key key =
        new Key(id, state.userLink, scope, state.documentExpirationTimeMicros, state.generation);
    keys.put(id, new Known(key, hash, new AtomicLong(state.lastUsedTimeMicros)));
    revision.incrementAndGet();
  }

  @Override
  public Set<String> unfinished() {
    return unfinished;
  }

  @Override
  public void removed(String link) {
    unfinished.remove(link);
    forget(link);
  }

  private void forget(String link) {
    keys.remove(link.substring(PREFIX.length()));
    revision.incrementAndGet();
  }

  @Override
  public void retain(Set<String> links) {
    keys.keySet().removeIf(id -> !links.contains(PREFIX + id));
    unfinished.retainAll(links);
    revision.incrementAndGet();
  }

  /** Grows with each change, after it can be seen. */
  public long revision() {
    return revision.get();
  }

  /** The key that a text is; null if there is no such key, or its secret is another one. */
  public @Nullable Key find(String text) {
    KeyText given = KeyText.parse(text);
    Known known = given == null ? null : keys.get(given.id());
    return known != null && given != null && given.matches(known.secretHash()) ? known.key() : null;
  }

  /** Whether there is a key of an id. */
  public boolean exists(String id) {
    return keys.containsKey(id);
  }

  /** A key was used. */
  public void used(String id, long nowMicros) {
    Known known = keys.get(id);
    if (known != null) {
      long last = known.lastUsedMicros().get();
      if (nowMicros - last > NOTED_EACH_MICROS
          && known.lastUsedMicros().compareAndSet(last, nowMicros)) {
        note.accept(PREFIX + id, nowMicros);
      }
    }
  }
}
