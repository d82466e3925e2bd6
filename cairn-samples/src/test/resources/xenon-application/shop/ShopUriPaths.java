package shop;

import com.vmware.xenon.services.common.ServiceUriPaths;

/** Paths of the application, beside those of the host. */
public class ShopUriPaths extends ServiceUriPaths {
    public static final String SHOP = "/shop";
    public static final String ORDERS = SHOP + "/orders";
    public static final String CLEARANCES = SHOP + "/clearances";
    public static final String TURNOVER = SHOP + "/turnover";
}
