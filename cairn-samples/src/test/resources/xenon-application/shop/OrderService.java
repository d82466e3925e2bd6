package shop;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;

import com.vmware.xenon.common.LocalizableValidationException;
import com.vmware.xenon.common.Operation;
import com.vmware.xenon.common.ServiceDocument;
import com.vmware.xenon.common.ServiceDocumentDescription.PropertyIndexingOption;
import com.vmware.xenon.common.ServiceDocumentDescription.PropertyUsageOption;
import com.vmware.xenon.common.ServiceHost;
import com.vmware.xenon.common.StatefulService;
import com.vmware.xenon.common.Utils;

/** One order of a customer. */
public class OrderService extends StatefulService {
    public static final String FACTORY_LINK = ShopUriPaths.ORDERS;

    public enum Status {
        OPEN, PAID, CLEARED
    }

    public static class OrderState extends ServiceDocument {
        public static final String FIELD_NAME_STATUS = "status";

        @UsageOption(option = PropertyUsageOption.REQUIRED)
        public String customer;

        @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
        public Status status;

        @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
        public Long amount;

        @PropertyOptions(usage = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL,
                indexing = PropertyIndexingOption.EXPAND)
        public Map<String, Integer> items = new HashMap<>();
    }

    public OrderService() {
        super(OrderState.class);
        super.toggleOption(ServiceOption.PERSISTENCE, true);
        super.toggleOption(ServiceOption.REPLICATION, true);
        super.toggleOption(ServiceOption.OWNER_SELECTION, true);
        super.toggleOption(ServiceOption.INSTRUMENTATION, true);
    }

    @Override
    public void handleStart(Operation start) {
        if (!ServiceHost.isServiceCreate(start)) {
            start.complete();
            return;
        }
        if (!checkForBody(start)) {
            return;
        }
        OrderState order = getBody(start);
        try {
            Utils.validateState(getStateDescription(), order);
        } catch (IllegalArgumentException e) {
            Utils.logWarning("An order was refused: %s", e.getMessage());
            start.fail(e);
            return;
        }
        if (order.status == null) {
            order.status = Status.OPEN;
        }
        getHost().log(Level.FINE, "New order %s", Utils.toJson(true, false, order));
        start.complete();
    }

    @Override
    public void handlePatch(Operation patch) {
        OrderState current = getState(patch);
        OrderState body = getBody(patch);
        if (current.status == Status.CLEARED) {
            patch.fail(new LocalizableValidationException("The order is cleared", "shop.order.cleared"));
            return;
        }
        EnumSet<Utils.MergeResult> merged;
        try {
            merged = Utils.mergeWithStateAdvanced(getStateDescription(), current, OrderState.class, patch);
        } catch (Exception e) {
            patch.fail(e);
            return;
        }
        if (!merged.contains(Utils.MergeResult.STATE_CHANGED)) {
            patch.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_STATE_NOT_MODIFIED);
        }
        logFine("Patched to %s", body.status);
        patch.setBody(current).complete();
    }
}
