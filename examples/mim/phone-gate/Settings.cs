using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Xml.Linq;

namespace Countersign.Mim
{
    /// What stands in CountersignPhoneGate.xml beside the DLL.
    sealed class Settings
    {
        public readonly Uri[] Servers;
        public readonly string Token;
        public readonly string Application;

        Settings(Uri[] servers, string token, string application)
        {
            Servers = servers;
            Token = token;
            Application = application;
        }

        public static string BesideThisFile
        {
            get
            {
                var file = new Uri(Assembly.GetExecutingAssembly().CodeBase).LocalPath;
                return Path.Combine(Path.GetDirectoryName(file), "CountersignPhoneGate.xml");
            }
        }

        public static Settings Read(string file)
        {
            var root = XDocument.Load(file).Root;
            var servers = root.Elements("server").Select(server => new Uri(server.Value.Trim())).ToArray();
            if (servers.Length == 0) throw new InvalidDataException(file + " names no server");
            foreach (var server in servers)
                // The token would cross the network in the clear.
                if (server.Scheme != Uri.UriSchemeHttps) throw new InvalidDataException(server + " is not https:");
            // In a file of its own, which only the account of the MIM service may read.
            var tokenFile = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file)), (string)root.Element("tokenFile"));
            var application = (string)root.Element("application") ?? "MIM";
            return new Settings(servers, File.ReadAllText(tokenFile).Trim(), application);
        }
    }
}
