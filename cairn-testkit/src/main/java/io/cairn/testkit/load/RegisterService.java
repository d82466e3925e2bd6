// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.load;

import io.cairn.document.ServiceDocument;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.testkit.HostSetup;
import org.jspecify.annotations.NullUnmarked;

/**
 * A replicated document with a value and a counter, whose updates are all answered with the new
 * state: PUT replaces the value and leaves the counter, PATCH adds to the counter and leaves the
 * value. What {@link HistoryRecorder} speaks to. Written as authors write services, without
 * annotations of nullness.
 */
@NullUnmarked
public final class RegisterService extends StatefulService {

  public static final String FACTORY_LINK = "/test/registers";

  /** The document. */
  public static final class RegisterState extends ServiceDocument {
    public String value;
    public long counter;

    /** In a PATCH: what to add to the counter. */
    public long increment;
  }

  /** Starts the factory; what a host process runs. */
  public static final class Setup implements HostSetup {
    @Override
    public void startServices(ServiceHost host) {
      host.startFactory(new RegisterService());
    }
  }

  /** Starts the factory with documents that three nodes keep each. */
  public static final class OnThree implements HostSetup {
    @Override
    public void startServices(ServiceHost host) {
      RegisterService service = new RegisterService();
      service.setPeerNodeSelectorPath(ServiceUriPaths.DEFAULT_3X_NODE_SELECTOR);
      host.startFactory(service);
    }
  }

  /** Made by the runtime. */
  public RegisterService() {
    super(RegisterState.class);
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
  }

  @Override
  public void handlePut(Operation put) {
    RegisterState state = getState(put);
    RegisterState body = getBody(put);
    state.value = body.value;
    setState(put, state);
    put.setBody(state).complete();
  }

  @Override
  public void handlePatch(Operation patch) {
    RegisterState state = getState(patch);
    RegisterState body = getBody(patch);
    state.counter += body.increment;
    setState(patch, state);
    patch.setBody(state).complete();
  }
}
