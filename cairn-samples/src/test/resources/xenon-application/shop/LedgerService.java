package shop;

import com.vmware.xenon.common.Operation;
import com.vmware.xenon.common.ServiceDocument;
import com.vmware.xenon.common.StatefulService;

/** A page of the books, which only the north desk may write, whatever roles say. */
public class LedgerService extends StatefulService {
  public static final String FACTORY_LINK = "/shop/ledgers";

  public static class LedgerState extends ServiceDocument {
    public String text;
  }

  public LedgerService() {
    super(LedgerState.class);
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
  }

  @Override
  public void authorizeRequest(Operation op) {
    String desk = op.getAuthorizationContext().getClaims().getProperties().get("desk");
    if (op.getAction() != Action.GET && !"north".equals(desk)) {
      op.fail(Operation.STATUS_CODE_FORBIDDEN);
      return;
    }
    op.complete();
  }

  @Override
  public void handlePatch(Operation patch) {
    LedgerState state = getState(patch);
    state.text = patch.getBody(LedgerState.class).text;
    patch.setBody(state).complete();
  }
}
