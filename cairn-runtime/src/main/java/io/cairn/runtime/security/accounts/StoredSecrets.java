// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.accounts;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.runtime.documents.CompanionLinks;
import io.cairn.runtime.documents.CompanionStore;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.security.identity.password.Passwords;
import io.cairn.service.Operation;
import io.cairn.service.authorization.CredentialSecrets;
import io.cairn.service.failure.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the hashes of passwords and API keys as hidden companions of the documents that they are
 * of: in the same partition, replicated and backed up with them, and shown by nothing. Thread-safe.
 */
public final class StoredSecrets implements CredentialSecrets {

  private static final Logger log = LoggerFactory.getLogger(StoredSecrets.class);

  private final CompanionStore<Secret> companions;
  private final Supplier<DocumentStorage> documents;
  private final Passwords passwords;
  private final Executor handlers;

  /** The hash of a password, as it is stored. */
  @DocumentKind(Secret.KIND)
  public static final class Secret extends ServiceDocument {
    /** The kind of these documents. */
    public static final String KIND = "io:cairn:runtime:security:accounts:Secret";

    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public @Nullable String hash;
  }

  /**
   * Keeps secrets.
   *
   * @param documents where the credentials are
   * @param handlers runs each task on a thread of its own, which may block
   */
  public StoredSecrets(
      CompanionStore<Secret> companions,
      Supplier<DocumentStorage> documents,
      Passwords passwords,
      Executor handlers) {
    this.companions = companions;
    this.documents = documents;
    this.passwords = passwords;
    this.handlers = handlers;
  }

  private static String linkOf(String credentialsLink, int place) {
    return CompanionLinks.hidden(credentialsLink, "password-" + place);
  }

  @Override
  public void keep(String credentialsLink, int place, String password) {
    write(credentialsLink, place, await(passwords.hash(password)));
  }

  private void write(String link, int place, String hash) {
    var _ =
        companions.write(
            documents.get(),
            linkOf(link, place),
            before -> {
              Secret secret = before == null ? new Secret() : before;
              secret.hash = hash;
              return secret;
            });
  }

  /** Keeps the hash of what is long and random enough to need no slow hash. Blocks. */
  public void keepHash(String link, String hash) {
    write(link, 0, hash);
  }

  /** The hash that {@link #keepHash} keeps, as this node has it; null if there is none. Blocks. */
  public @Nullable String keptHash(String link) {
    return hash(link, 0);
  }

  @Override
  public boolean matches(String credentialsLink, @Nullable Integer place, String password) {
    String hash = hash(credentialsLink, place);
    return hash != null && await(passwords.compare(password, hash)).matches();
  }

  /**
   * The hash of a password, as this node has it; null if there is none. Reads the store: may block.
   *
   * @param place as the document of the credentials says; null if it says none
   */
  public @Nullable String hash(String credentialsLink, @Nullable Integer place) {
    if (place == null) {
      return null;
    }
    Secret secret = companions.read(documents.get(), linkOf(credentialsLink, place));
    return secret == null ? null : secret.hash;
  }

  private static <T> T await(CompletableFuture<T> work) {
    try {
      return work.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Passwords.BusyException busy) {
        throw new Refusal(Operation.STATUS_CODE_UNAVAILABLE, String.valueOf(busy.getMessage()));
      }
      throw e;
    }
  }

  /** Forgets what was kept for a document that was deleted, soon. Does not block. */
  public void deleted(String credentialsLink) {
    handlers.execute(() -> forget(credentialsLink));
  }

  private void forget(String credentialsLink) {
    for (int place = 0; place < PLACES; place++) {
      try {
        companions.remove(documents.get(), linkOf(credentialsLink, place));
      } catch (RuntimeException e) {
        log.warn(
            "A secret of {}, which was deleted, is still stored, hashed. Nobody can log in with it",
            credentialsLink,
            e);
      }
    }
  }
}
