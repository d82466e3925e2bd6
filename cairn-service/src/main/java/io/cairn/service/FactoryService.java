// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Creates and lists services of one class. A POST creates a child, whose link is the factory's link
 * followed by what the body names or, without that, by a generated id. A GET lists the children; a
 * DELETE of a page of that list removes the page. Children are reached at their own links.
 */
public abstract class FactoryService extends StatelessService {

  /** The body of a factory's {@code /config}. */
  @DocumentKind(FactoryServiceConfiguration.KIND)
  public static class FactoryServiceConfiguration extends ServiceConfiguration {
    public static final String KIND =
        "com:vmware:xenon:common:FactoryService:FactoryServiceConfiguration";

    /** What the children declare. */
    public EnumSet<ServiceOption> childOptions = EnumSet.noneOf(ServiceOption.class);
  }

  /** The most children that one page of a listing holds, unless the request says otherwise. */
  public static final int SELF_QUERY_RESULT_LIMIT = 10_000;

  private final Class<? extends ServiceDocument> childStateType;
  private final EnumSet<ServiceOption> childOptions = EnumSet.noneOf(ServiceOption.class);
  private volatile boolean useBodyForSelfLink;
  private volatile int selfQueryResultLimit = SELF_QUERY_RESULT_LIMIT;
  private final boolean seesCreations = isWritten("handlePost") || isWritten("handleRequest");
  private final boolean hearsOfChildren = isWritten("handleChildCreated");
  private final boolean namesByChance = namesByChance();

  /**
   * A factory of services with a certain document.
   *
   * @param childStateType the class of the children's documents
   */
  public FactoryService(Class<? extends ServiceDocument> childStateType) {
    super(ServiceDocumentQueryResult.class);
    this.childStateType = childStateType;
    toggleOption(ServiceOption.FACTORY, true);
  }

  private boolean isWritten(String handler) {
    try {
      Class<?> declaring = getClass().getMethod(handler, Operation.class).getDeclaringClass();
      return declaring != FactoryService.class && declaring != AbstractService.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(handler + " is not a method of a factory", e);
    }
  }

  private boolean namesByChance() {
    for (Class<?> at = getClass(); at != FactoryService.class; at = at.getSuperclass()) {
      if (Arrays.stream(at.getDeclaredMethods())
          .anyMatch(method -> method.getName().equals("buildDefaultChildSelfLink"))) {
        return false;
      }
    }
    return true;
  }

  /** Whether a child whose creator did not name it has an id that no other has ever had. */
  public final boolean hasNewNames() {
    return namesByChance;
  }

  /** Whether a creation passes no code of the author's: no {@link #handlePost}, no filter. */
  public final boolean admitsAtOnce() {
    return !seesCreations && getOperationProcessingChain() == null;
  }

  /** Whether the author wants to hear of each child, in {@link #handleChildCreated}. */
  public final boolean hearsOfChildren() {
    return hearsOfChildren;
  }

  /** Makes a new, unstarted child. Called for each child that comes to life; keep it cheap. */
  public abstract Service createServiceInstance() throws Throwable;

  /**
   * As {@link #createServiceInstance}, for callers who handle exceptions. A child that names no
   * node selector has that of its factory.
   *
   * @throws Exception what the author's code threw
   */
  public final Service newChild() throws Exception {
    try {
      Service child = createServiceInstance();
      if (ServiceUriPaths.DEFAULT_NODE_SELECTOR.equals(child.getPeerNodeSelectorPath())) {
        child.setPeerNodeSelectorPath(getPeerNodeSelectorPath());
      }
      return child;
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** A factory of children of a class with a constructor without arguments. */
  public static @Nullable FactoryService create(
      Class<? extends Service> childType, ServiceOption... options) {
    Class<? extends ServiceDocument> stateType = stateTypeOf(childType);
    return stateType == null ? null : create(childType, stateType, options);
  }

  /** A factory of children of a class, whose documents are of a given class. */
  public static FactoryService create(
      Class<? extends Service> childType,
      Class<? extends ServiceDocument> stateType,
      ServiceOption... options) {
    return create(() -> newInstance(childType), stateType, options);
  }

  /** A factory whose children come from a supplier. */
  public static FactoryService create(
      Supplier<? extends Service> children,
      Class<? extends ServiceDocument> stateType,
      ServiceOption... options) {
    FactoryService factory = new SuppliedFactory(children, stateType);
    Arrays.stream(options).forEach(option -> factory.toggleOption(option, true));
    return factory;
  }

  /** As {@link #create(Class, ServiceOption...)}; a POST to an existing child updates it by PUT. */
  public static @Nullable FactoryService createIdempotent(Class<? extends Service> childType) {
    return create(childType, ServiceOption.IDEMPOTENT_POST);
  }

  /** As {@link #createIdempotent(Class)}, with the class of the children's documents. */
  public static FactoryService createIdempotent(
      Class<? extends Service> childType, Class<? extends ServiceDocument> stateType) {
    return create(childType, stateType, ServiceOption.IDEMPOTENT_POST);
  }

  /** The documents of a class of children; null, and an error in the log, if it makes no child. */
  protected static @Nullable Class<? extends ServiceDocument> stateTypeOf(
      Class<? extends Service> childType) {
    try {
      return newInstance(childType).getStateType();
    } catch (IllegalStateException e) {
      LoggerFactory.getLogger(FactoryService.class).error("No factory can be made", e);
      return null;
    }
  }

  protected static Service newInstance(Class<? extends Service> childType) {
    try {
      return childType.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          childType.getName() + " needs a public constructor without arguments", e);
    }
  }

  /** The class of the children's documents. */
  public Class<? extends ServiceDocument> getChildStateType() {
    return childStateType;
  }

  /** The options that the children declare; known once the factory has started. */
  public EnumSet<ServiceOption> getChildOptions() {
    return childOptions.clone();
  }

  /** Whether the children declare an option; known once the factory has started. */
  public boolean hasChildOption(ServiceOption option) {
    return childOptions.contains(option);
  }

  /** Called by the host at start, with a child as its class constructs it. */
  public void adoptChildOptions(Service prototype) {
    childOptions.clear();
    childOptions.addAll(prototype.getOptions());
    for (ServiceOption shared :
        EnumSet.of(
            ServiceOption.REPLICATION,
            ServiceOption.INSTRUMENTATION,
            ServiceOption.HTML_USER_INTERFACE)) {
      if (childOptions.contains(shared)) {
        toggleOption(shared, true);
      }
    }
  }

  /** Has {@link #buildDefaultChildSelfLink(ServiceDocument)} name the children. */
  public void setUseBodyForSelfLink(boolean use) {
    useBodyForSelfLink = use;
  }

  /** Whether the body, rather than chance, names a child without a self link. */
  public boolean isUseBodyForSelfLink() {
    return useBodyForSelfLink;
  }

  /** Sets the most children that one page of a listing holds. */
  public void setSelfQueryResultLimit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("query result limit must be positive: " + limit);
    }
    selfQueryResultLimit = limit;
  }

  public int getSelfQueryResultLimit() {
    return selfQueryResultLimit;
  }

  /** The id of a child whose creator did not name it. */
  protected String buildDefaultChildSelfLink() {
    return getHost().nextUUID();
  }

  /** The id of a child, made from its initial state; see {@link #setUseBodyForSelfLink}. */
  protected String buildDefaultChildSelfLink(ServiceDocument document) {
    return buildDefaultChildSelfLink();
  }

  /**
   * The id of a child whose creator did not name it, made as {@link #setUseBodyForSelfLink} says.
   *
   * @param body the initial state; null if there is none
   */
  public final String nameChild(@Nullable ServiceDocument body) {
    return useBodyForSelfLink && body != null
        ? buildDefaultChildSelfLink(body)
        : buildDefaultChildSelfLink();
  }

  /**
   * Whether a POST creates a child. If not, {@link #handlePost} answers it alone.
   *
   * @param post the request, as it came
   */
  public boolean createsChild(Operation post) {
    return true;
  }

  /**
   * Sees each creation before it happens. Completing the operation lets it go on; failing it
   * refuses the child; a status of 202 answers without creating a child here.
   */
  @Override
  public void handlePost(Operation post) {
    post.complete();
  }

  /**
   * Sees each creation after the child is stored, with the child's state as the body. Completing
   * the operation answers the creator.
   */
  public void handleChildCreated(Operation post) {
    post.complete();
  }

  /** Whether a request to a factory is about a page of its listing. */
  public static boolean namesPage(Operation op) {
    return UriUtils.parseUriQueryParams(op.getUri())
        .containsKey(UriUtils.FORWARDING_URI_PARAM_NAME_PATH);
  }

  /** Lists the children. */
  @Override
  public void handleGet(Operation get) {
    getHost().runtime().listChildren(this, get);
  }

  /** Removes a page of a listing, or stops the factory; see {@link #isStoppedBy}. */
  @Override
  public void handleDelete(Operation delete) {
    if (namesPage(delete)) {
      getHost().runtime().listChildren(this, delete);
    } else {
      super.handleDelete(delete);
    }
  }

  @Override
  public boolean isStoppedBy(Operation delete) {
    return super.isStoppedBy(delete) && !namesPage(delete);
  }

  @Override
  public ServiceDocument getDocumentTemplate() {
    return DocumentTemplates.factoryTemplate(this);
  }

  /**
   * A factory serves when this node serves every document of the selector that keeps its children.
   */
  @Override
  public List<String> obstacles() {
    return getHost().runtime().obstacles(this);
  }

  /** A factory that is given how to make children, and nothing else. */
  private static final class SuppliedFactory extends FactoryService {
    private final Supplier<? extends Service> children;

    SuppliedFactory(
        Supplier<? extends Service> children, Class<? extends ServiceDocument> stateType) {
      super(stateType);
      this.children = children;
    }

    @Override
    public Service createServiceInstance() {
      return children.get();
    }
  }
}
