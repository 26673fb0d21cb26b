// A caller as .NET programs are: over the proxy that `wsdl` made from the published description.
// Prints what it got, one line a call, once for each version of SOAP.
using System;
using System.Net;
using System.Web.Services.Protocols;

class Caller {
  static void Main(string[] args) {
    var sdk = new PfWsSdk { Url = args[0], Credentials = new NetworkCredential("svc", "p\u00e4:s", "CORP") };
    foreach (var version in new[] { SoapProtocolVersion.Soap11, SoapProtocolVersion.Soap12 }) {
      sdk.SoapVersion = version;
      Run(sdk);
    }
  }

  static void Run(PfWsSdk sdk) {
    CallResult result; Error error; string id; UserSettings3 settings; UserDevice[] devices; UserRow[] rows; bool complete;
    Console.WriteLine(sdk.TestSecurity());
    var verified = sdk.PfAuthUser_4("alice@example.org", AuthenticationType.pfsdk, null, null, true, out result, out id, out error);
    Console.WriteLine("{0} {1} {2} {3} {4}", verified, result.Code, result.Description, id, error.Code);
    sdk.GetUserSettings_3("ALICE@example.org", out settings, out error);
    Console.WriteLine("{0} {1} {2}", settings.Enabled, settings.Mode, settings.OathTokenSerialNumber);
    sdk.GetUserDevices("nobody", out devices, out error);
    Console.WriteLine("{0} {1}", devices.Length, error.Code);
    sdk.FindUsers_4("al*", false, null, false, null, false, null, false, null, false, null, Mode3.phone, false,
      PinMode2.standard, false, SmsDirection.twoWay, false, SmsMode.otp, false, PhoneAppMode.standard, false,
      TagMatchType.any, new[] { "" }, true, true, out complete, out rows, out error);
    Console.WriteLine("{0} {1}", complete, rows[0].Username);
  }
}
