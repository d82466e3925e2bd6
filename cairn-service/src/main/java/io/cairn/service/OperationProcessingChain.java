// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.service.logging.LogSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Filters that an operation passes before it reaches a handler, in order. A filter lets it go on,
 * ends it, or takes it aside and resumes it later. Immutable after construction except for its
 * logging settings; one chain serves any number of operations at once.
 */
public final class OperationProcessingChain {

  /** What becomes of the operation after a filter. */
  public enum FilterReturnCode {
    /** The next filter has it. */
    CONTINUE_PROCESSING,
    /** The filter itself has resumed, or will resume, the processing of this operation. */
    RESUME_PROCESSING,
    /** The filter has failed the operation. */
    FAILED_STOP_PROCESSING,
    /** The filter has completed the operation. */
    SUCCESS_STOP_PROCESSING,
    /** The operation waits; the context's suspend consumer gets it, somebody resumes it later. */
    SUSPEND_PROCESSING
  }

  /** One filter. */
  public interface Filter {
    /** Looks at {@code op}; must not block. */
    FilterReturnCode processRequest(Operation op, OperationProcessingContext context);

    /** Called once before the first operation. */
    default void init() {}

    /** Called when the chain is no longer used. */
    default void close() {}
  }

  private enum Passage {
    RUNNING,
    SUSPENDED,
    RESUMED_EARLY
  }

  /** The passage of one operation through a chain. */
  public static final class OperationProcessingContext {
    private final OperationProcessingChain chain;
    private final ServiceHost host;
    private final @Nullable Service service;
    private final Consumer<Operation> completion;
    private int position;
    private @Nullable Consumer<Operation> suspendConsumer;
    private final AtomicReference<Passage> passage = new AtomicReference<>(Passage.RUNNING);

    private OperationProcessingContext(
        OperationProcessingChain chain,
        ServiceHost host,
        @Nullable Service service,
        Consumer<Operation> completion) {
      this.chain = chain;
      this.host = host;
      this.service = service;
      this.completion = completion;
    }

    public ServiceHost getHost() {
      return host;
    }

    /** The target, once it is known. */
    public @Nullable Service getService() {
      return service;
    }

    /** Says who takes the operation when the filter returns {@code SUSPEND_PROCESSING}. */
    public void setSuspendConsumer(Consumer<Operation> consumer) {
      this.suspendConsumer = consumer;
    }

    /**
     * Goes on with the filter after the one that suspended. It may be called, from any thread, even
     * before that filter has returned.
     */
    public void resumeProcessingRequest(Operation op) {
      if (passage.compareAndSet(Passage.RUNNING, Passage.RESUMED_EARLY)) {
        return; // the thread that runs the filter goes on itself
      }
      if (passage.compareAndSet(Passage.SUSPENDED, Passage.RUNNING)) {
        chain.run(op, this);
      }
    }

    /**
     * Goes on as a filter that suspended the operation has decided: with the next filter, or not at
     * all.
     *
     * @param failure fails the operation when the filter decided so; may be null if it has done so
     */
    public void resumeProcessingRequest(
        Operation op, FilterReturnCode decision, @Nullable Throwable failure) {
      switch (decision) {
        case CONTINUE_PROCESSING, RESUME_PROCESSING -> resumeProcessingRequest(op);
        case SUCCESS_STOP_PROCESSING -> op.complete();
        case FAILED_STOP_PROCESSING -> {
          if (failure != null) {
            op.fail(failure);
          }
        }
        case SUSPEND_PROCESSING -> throw new IllegalArgumentException("It is suspended already");
      }
    }

    /** The chain that the operation passes. */
    public OperationProcessingChain getOpProcessingChain() {
      return chain;
    }
  }

  private static final Logger LOGGER = LoggerFactory.getLogger(OperationProcessingChain.class);

  private final List<Filter> filters;
  private volatile boolean logging;
  private volatile Predicate<Operation> logFilter = op -> true;
  private volatile Level logLevel = Level.INFO;

  private OperationProcessingChain(List<Filter> filters) {
    this.filters = List.copyOf(filters);
    this.filters.forEach(Filter::init);
  }

  /** A chain of these filters, each of them initialized. */
  public static OperationProcessingChain create(Filter... filters) {
    return new OperationProcessingChain(List.of(filters));
  }

  /**
   * A chain with {@code filter} behind those of this; the present filters are not initialized
   * again.
   */
  public OperationProcessingChain with(Filter filter) {
    filter.init();
    List<Filter> longer = new ArrayList<>(filters);
    longer.add(filter);
    return new OperationProcessingChain(longer, logging);
  }

  private OperationProcessingChain(List<Filter> filters, boolean logging) {
    this.filters = List.copyOf(filters);
    this.logging = logging;
  }

  /** The filters, in their order; not to be changed. */
  public List<Filter> getFilters() {
    return filters;
  }

  /** The first filter that a condition holds for, or null. */
  public @Nullable Filter findFilter(Predicate<Filter> condition) {
    return filters.stream().filter(condition).findFirst().orElse(null);
  }

  /** The first filter of this class, or null. */
  public <T extends Filter> @Nullable T findFilter(Class<T> type) {
    for (Filter filter : filters) {
      if (type.isInstance(filter)) {
        return type.cast(filter);
      }
    }
    return null;
  }

  /** Closes the filters. */
  public void close() {
    filters.forEach(Filter::close);
  }

  /** Logs what each filter decides. */
  public OperationProcessingChain toggleLogging(boolean enable) {
    this.logging = enable;
    return this;
  }

  /** Logs only operations that {@code filter} accepts. */
  public OperationProcessingChain setLogFilter(Predicate<Operation> filter) {
    this.logFilter = filter;
    return this;
  }

  public OperationProcessingChain setLogLevel(Level level) {
    this.logLevel = level;
    return this;
  }

  /**
   * Passes {@code op} through the filters of a host; {@code passed} gets it behind the last one.
   */
  public void processRequest(Operation op, ServiceHost host, Consumer<Operation> passed) {
    run(op, new OperationProcessingContext(this, host, null, passed));
  }

  /** Passes {@code op} through the filters of a service. */
  public void processRequest(Operation op, Service service, Consumer<Operation> passed) {
    run(op, new OperationProcessingContext(this, service.getHost(), service, passed));
  }

  /**
   * Has a service handle {@code op}, behind its filters if it has any. What the service sends
   * meanwhile is sent on behalf of whoever has sent {@code op}.
   */
  public static void handle(Service service, Operation op) {
    OperationContext.runFor(op, () -> handleHere(service, op));
  }

  private static void handleHere(Service service, Operation op) {
    OperationProcessingChain chain = service.getOperationProcessingChain();
    if (chain == null) {
      service.handleRequest(op);
    } else {
      chain.processRequest(op, service, service::handleRequest);
    }
  }

  /** Goes on with an operation that a filter of this chain has suspended. */
  public void resumeProcessingRequest(
      Operation op,
      OperationProcessingContext context,
      FilterReturnCode decision,
      @Nullable Throwable failure) {
    context.resumeProcessingRequest(op, decision, failure);
  }

  private void run(Operation op, OperationProcessingContext context) {
    while (context.position < filters.size()) {
      Filter filter = filters.get(context.position++);
      FilterReturnCode code = filter.processRequest(op, context);
      log(op, filter, code);
      boolean goOn =
          switch (code) {
            case CONTINUE_PROCESSING -> true;
            case SUSPEND_PROCESSING -> !suspend(op, context);
            case RESUME_PROCESSING, FAILED_STOP_PROCESSING, SUCCESS_STOP_PROCESSING -> false;
          };
      if (!goOn) {
        return;
      }
    }
    context.completion.accept(op);
  }

  /** False if the operation was resumed before the filter returned. */
  private static boolean suspend(Operation op, OperationProcessingContext context) {
    if (!context.passage.compareAndSet(Passage.RUNNING, Passage.SUSPENDED)) {
      context.passage.set(Passage.RUNNING);
      return false;
    }
    Consumer<Operation> consumer = context.suspendConsumer;
    if (consumer != null) {
      consumer.accept(op);
    }
    return true;
  }

  private void log(Operation op, Filter filter, FilterReturnCode code) {
    if (logging && logFilter.test(op)) {
      LogSource.write(
          LOGGER, logLevel, () -> op + ": " + filter.getClass().getSimpleName() + " -> " + code);
    }
  }
}
