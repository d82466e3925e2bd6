// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.DocumentEnvelope;
import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.schema.StateSchema;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.runtime.model.RequestMeter;
import io.cairn.runtime.model.ServiceModel;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service.ProcessingStage;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.StatefulService;
import io.cairn.service.UtilityService;
import io.cairn.store.index.DocumentVersion;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One document in use: its committed state, its mailbox and, once something needed it, the author's
 * object. State and service are changed only by the work that is alone with the instance; readers
 * see the last committed state at any time.
 */
final class StatefulInstance {

  /** What may be read and written on a thread that others wait for. */
  private static final int PROMPT_BYTES = 16 << 10;

  private final String link;
  private final ServiceType type;
  private final Mailbox mailbox;
  private final UpdatesAhead ahead = new UpdatesAhead();
  private volatile @Nullable StatefulService service;
  private volatile @Nullable DocumentVersion state;
  private volatile boolean loaded;
  private volatile boolean inherited;
  private volatile boolean onlyCreated;

  /** Whether the state has fields that the class does not know; null until a write asks. */
  private volatile @Nullable Boolean unknownFields;

  private volatile long changesByOthers;
  private volatile long tenure = DocumentStorage.NO_TENURE;

  StatefulInstance(String link, ServiceType type) {
    this.link = link;
    this.type = type;
    this.mailbox =
        new Mailbox(this::queueLimit, type.model().lastInFirstOut(), work -> work.isPrompt(this));
  }

  /** The running service's limit, which configuration may have changed, else that of its class. */
  private int queueLimit() {
    StatefulService running = service;
    return running == null ? model().operationQueueLimit() : running.getOperationQueueLimit();
  }

  String link() {
    return link;
  }

  ServiceType type() {
    return type;
  }

  ServiceModel model() {
    return type.model();
  }

  RequestMeter requests() {
    return type.requests();
  }

  DocumentStorage documents() {
    return type.documents();
  }

  @Nullable FactoryService factory() {
    return type.factory();
  }

  /** The object that the host was given for this link, or null if a factory makes it. */
  @Nullable StatefulService singleton() {
    return type.singleton();
  }

  Mailbox mailbox() {
    return mailbox;
  }

  /** The started service, or null while only the state is known. */
  @Nullable StatefulService service() {
    return service;
  }

  void started(StatefulService started) {
    service = started;
  }

  /** Whether it has done nothing yet but to be created. */
  boolean isOnlyCreated() {
    return onlyCreated;
  }

  void created() {
    onlyCreated = true;
  }

  void askedAgain() {
    onlyCreated = false;
  }

  void stopped() {
    service = null;
  }

  /**
   * Whether a client's update can be done on a thread that must not be blocked: nothing is read
   * from the disk for it, its handler is prompt, and neither its body nor the state takes long to
   * read. It calls nobody either, so it may begin from an update that is not committed: nobody
   * hears of what may never be. Where one was not stored, what there is must be read again first.
   * For the work that is alone with this.
   */
  boolean handlesPromptly(Operation op) {
    StatefulService running = service;
    DocumentVersion present = newest();
    return running != null
        && present != null
        && loaded
        && op.isRemote()
        && present.json().length <= PROMPT_BYTES
        && op.getBodyRaw() instanceof byte[] body
        && body.length <= PROMPT_BYTES
        && model().prompt().include(running, op.getAction())
        && !model().isRouted(link, op)
        && isCurrent();
  }

  /** The updates that are not committed yet. */
  UpdatesAhead ahead() {
    return ahead;
  }

  /**
   * What the next update begins from: the newest version that was proposed, else {@link #state}.
   * For the work that is alone with this.
   */
  @Nullable DocumentVersion newest() {
    DocumentVersion proposed = ahead.newest();
    return proposed == null ? state : proposed;
  }

  boolean isLoaded() {
    return loaded;
  }

  /** The last committed state, tombstones included; null if there is none or it is not loaded. */
  @Nullable DocumentVersion state() {
    return state;
  }

  /**
   * Makes sure that nothing is left of an earlier period in which this node owned the document.
   *
   * @return whether this node owns it now
   */
  boolean enter() {
    long now = documents().tenure(link);
    if (now != tenure) {
      StatefulService running = service;
      if (running != null && tenure != DocumentStorage.NO_TENURE) {
        running.setProcessingStage(ProcessingStage.STOPPED);
        service = null;
      }
      forgetState();
      tenure = now;
    }
    return now != DocumentStorage.NO_TENURE;
  }

  /** Whether what is in memory may be answered with now. */
  boolean isCurrent() {
    long known = tenure;
    return known != DocumentStorage.NO_TENURE && known == documents().tenure(link);
  }

  /**
   * Reads the state from the store unless it is known, and brings it into the present form. For the
   * work that is alone with this.
   */
  @Nullable DocumentVersion load() {
    if (loaded) {
      return newest();
    }
    while (true) {
      long changes = changesByOthers;
      DocumentVersion found = documents().latest(link);
      DocumentVersion formed = found == null ? null : present(model(), found);
      DocumentVersion own = formed == null ? null : inherit(formed);
      inherited = !Objects.equals(own, formed);
      unknownFields = null;
      state = own;
      loaded = true;
      if (changes == changesByOthers) {
        return own;
      }
      forgetState();
    }
  }

  /**
   * Takes for granted that there is no document, because its link was made by chance a moment ago:
   * the store need not be asked. Should there be one after all, the log refuses another. For the
   * work that is alone with this.
   */
  void expectNone() {
    loaded = true;
  }

  /** The state, for readers beside the work: what they find is not kept. */
  @Nullable DocumentVersion read() {
    DocumentVersion known = state;
    if (known != null && loaded) {
      return known;
    }
    DocumentVersion found = documents().latest(link);
    return found == null ? null : inherit(present(model(), found));
  }

  /** A stored version in the form that its class has now. */
  static DocumentVersion present(ServiceModel model, DocumentVersion found) {
    StateSchema schema = model.schema();
    if (schema.isUnchanging()) {
      return found;
    }
    byte[] json = schema.present(found.json());
    return Arrays.equals(json, found.json()) ? found : found.withJson(json);
  }

  /**
   * A copy of a state for the author's code.
   *
   * @throws NotServedException if a later version of the class wrote it
   * @throws IllegalArgumentException if the class cannot read it
   */
  ServiceDocument copy(DocumentVersion of) {
    ServiceDocument copy;
    try {
      copy = DocumentJson.standard().fromJson(of.json(), model().stateType());
    } catch (RuntimeException e) {
      requireKnownForm(DocumentEnvelope.schemaVersion(of.json()));
      throw e;
    }
    if (copy.documentSchemaVersion != null) {
      requireKnownForm(copy.documentSchemaVersion);
    }
    return copy;
  }

  private void requireKnownForm(int version) {
    int known = model().schema().schema().version();
    if (version > known && documents().isDurable()) {
      throw new NotServedException(
          ("%s was written by schema version %d of its class, this node has version %d: it can be"
                  + " changed when the nodes have the same version of the application")
              .formatted(link, version, known));
    }
  }

  /**
   * Whether the state has fields that the class does not know, which updates must keep. For the
   * work that is alone with this, before an update; only the first one after a load has to look.
   *
   * @param present the state
   * @throws NotServedException if a later version of the class wrote it
   */
  boolean hasUnknownFields(DocumentVersion present) {
    Boolean known = unknownFields;
    if (known == null) {
      requireKnownForm(DocumentEnvelope.schemaVersion(present.json()));
      known = documents().isDurable() && model().schema().hasUnknownFields(present.json());
      unknownFields = known;
    }
    return known;
  }

  /** A document that another node wrote last is shown as what it is now: this node's. */
  private DocumentVersion inherit(DocumentVersion found) {
    String self = documents().self();
    if (self == null || !documents().isSpread() || !model().has(ServiceOption.OWNER_SELECTION)) {
      return found;
    }
    byte[] own = DocumentEnvelope.withOwner(found.json(), self);
    return Arrays.equals(own, found.json()) ? found : found.withJson(own);
  }

  /** Whether the state was last written by another owner. */
  boolean isInherited() {
    return inherited && ahead.newest() == null;
  }

  void committed(@Nullable DocumentVersion version) {
    if (unknownFields == null) {
      unknownFields = false; // nothing was there, so all of it is of this class
    }
    state = version;
    inherited = false;
    loaded = true;
  }

  /** Forgets what is known, because a change had an unknown outcome. */
  void forgetState() {
    if (documents().isDurable()) {
      loaded = false;
      state = null;
    }
  }

  /** The document was changed by something else than this instance. On the log's thread. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void changedByOthers() {
    changesByOthers++;
    forgetState();
  }

  /** Whether a document exists now: not deleted, not expired. */
  boolean isAlive(long nowMicros) {
    DocumentVersion current = state;
    return current != null && isAlive(current, nowMicros);
  }

  static boolean isAlive(DocumentVersion version, long nowMicros) {
    return !version.isTombstone() && !version.isExpiredAt(nowMicros);
  }

  /** Whether the object must stay although nothing asks for it. */
  boolean isResident() {
    StatefulService running = service;
    if (running == null) {
      return false;
    }
    if (!documents().isDurable() || factory() == null) {
      return true;
    }
    UtilityService utility = running.peekUtilityService();
    return !running.mayIdle()
        || running.hasOption(ServiceOption.PERIODIC_MAINTENANCE)
        || running.hasOption(ServiceOption.TRANSACTION_PENDING)
        || (utility != null && utility.hasSubscribers());
  }

  /** Whether keeping the object for a while saves work. */
  boolean isWorthKeeping() {
    return service != null;
  }
}
